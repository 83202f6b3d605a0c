/**
 * The same schema on the alternatives to the gateway, each set up as its documentation says, with automatic persisted
 * queries. The rows are in this process, or in PostgreSQL: `node http.mjs NAME [DATABASE_URL]`.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { DateTimeResolver } from 'graphql-scalars';
import { serve } from '../../../dist/test/bench/child.js';
import { rowsInDatabase, rowsInMemory } from './rows.mjs';

const [name, databaseUrl] = process.argv.slice(2);
const rows = databaseUrl === undefined ? rowsInMemory() : rowsInDatabase(databaseUrl);

let ready = Buffer.alloc(0);

const schema = () =>
  makeExecutableSchema({
    typeDefs: readFileSync(new URL('../../../schema/schema.graphql', import.meta.url), 'utf8'),
    resolvers: {
      DateTime: DateTimeResolver,
      Task: { __resolveType: (row) => row.__typename },
      Query: {
        task: (_root, { id }) => rows.find(id),
        tasks: async (_root, { first }) => {
          const nodes = await rows.newest(first);
          return {
            nodes,
            edges: nodes.map((node) => ({ cursor: node.id, node })),
            pageInfo: { hasNextPage: true, hasPreviousPage: false },
          };
        },
      },
    },
  });

const SERVERS = {
  async apollo() {
    const { ApolloServer } = await import('@apollo/server');
    const { expressMiddleware } = await import('@as-integrations/express5');
    const { default: express } = await import('express');
    const server = new ApolloServer({ schema: schema() });
    await server.start();
    const app = express();
    app.use('/graphql', express.json(), expressMiddleware(server, { context: async () => ({}) }));
    return listen(createServer(app));
  },

  async yoga() {
    const { createYoga } = await import('graphql-yoga');
    const { useAPQ } = await import('@graphql-yoga/plugin-apq');
    const yoga = createYoga({ schema: schema(), plugins: [useAPQ()], logging: false });
    return listen(createServer((request, response) => void yoga(request, response)));
  },

  mercurius: () => mercuriusWith({}),
  'mercurius-jit': () => mercuriusWith({ jit: 1 }),

  /** The limit: a constant response to every request. */
  async bare() {
    return listen(
      createServer((request, response) => {
        request.resume();
        response
          .writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': ready.length })
          .end(ready);
      }),
    );
  },
};

async function mercuriusWith(options) {
  const { default: fastify } = await import('fastify');
  const { default: mercurius } = await import('mercurius');
  const app = fastify();
  app.register(mercurius, {
    schema: schema(),
    persistedQueryProvider: mercurius.persistedQueryDefaults.automatic(),
    ...options,
  });
  return `${await app.listen({ host: '127.0.0.1', port: 0 })}/graphql`;
}

async function listen(server) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${server.address().port}/graphql`;
}

serve({ url: await SERVERS[name]() }, { answerWith: (text) => void (ready = Buffer.from(text)) });
