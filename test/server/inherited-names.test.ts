/** A plain object seems to have members called `constructor`, `toString` and `__proto__`. A client may give its own things these names. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { getOperationAST, isEnumType, isInputObjectType, isInterfaceType, isObjectType, validate, parse, type GraphQLSchema } from 'graphql';
import { createSchema } from '../../src/graphql/schema.js';
import { createDocuments } from '../../src/server/documents.js';
import { createExecutor } from '../../src/server/executor.js';
import { DEFAULT_LIMITS, fragmentsOf, rootFieldsOf } from '../../src/server/limits.js';
import { sha256 } from '../../src/server/persisted.js';
import { isShareable } from '../../src/server/shareable.js';
import { aTask, contextWith, fakeTasks } from '../graphql/fake-tasks.js';
import { AUDIENCE, createIssuer } from '../support/issuer-client.js';
import { INHERITED_NAMES, inheritedNaming, randomDocument, type Naming, type RandomDocument } from '../support/random-document.js';
import { ASK, post, type Answer } from '../support/server-clients.js';
import { startServer } from '../support/server.js';
import { createTroublesomeSchema } from '../support/troublesome-schema.js';

const UNLIMITED = { ...DEFAULT_LIMITS, tokens: 100_000, depth: 100, aliases: 1000, rootFields: 100, directives: 1000 };
const RENAMED = /\b(?:v|if|a|F)\d+\b|\bRandom\b/g;

const items = [{ cursor: 'cursor', item: aTask() }];
const gatewayContext = () => contextWith(fakeTasks({ find: aTask(), list: { items, hasNextPage: false, hasPreviousPage: false }, count: 1 }));

/** All that the server makes of a document: what it costs, how much it asks for, whether its results are shared, and its answer. */
async function treatmentOf(schema: GraphQLSchema, contextValue: object, { text, variables }: RandomDocument): Promise<string> {
  const checked = createDocuments(schema, { limits: UNLIMITED, introspection: true }).check({ kind: 'source', text, hash: sha256(text), accept: () => {} });
  if (checked.kind === 'refusal') return JSON.stringify(checked.errors.map(({ message }) => message));
  const operation = getOperationAST(checked.document);
  if (operation === null || operation === undefined) throw new Error('no operation');
  const executor = createExecutor(schema);
  const rounds: unknown[] = [rootFieldsOf(operation.selectionSet, fragmentsOf(checked.document)), isShareable(schema, checked.document, operation)];
  for (let round = 0; round < 3; round += 1) {
    const values = variables();
    const { data, errors } = await executor.execute(checked, operation, { contextValue, variables: values });
    rounds.push(checked.costOf(operation, values), errors?.map(({ message, path }) => [message, path]), data);
  }
  return JSON.stringify(rounds);
}

function renamed(text: string, naming: Naming): string {
  return text.replace(RENAMED, naming);
}

describe.each([
  ['a schema that makes every kind of trouble', createTroublesomeSchema(), () => ({})],
  ["the gateway's schema", createSchema(), gatewayContext],
] as const)('a document over %s', (_title, schema, contextOf) => {
  test('is treated alike when its variables, aliases, fragments and operation have the names of inherited members', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 100, maxLength: 400 }), fc.nat(INHERITED_NAMES.length - 1), async (tape, shift) => {
        const naming = inheritedNaming(shift);
        const plain = randomDocument(schema, tape);
        fc.pre(validate(schema, parse(plain.text)).length === 0);
        const strange = randomDocument(schema, tape, 'query', naming);
        expect(strange.text).toBe(renamed(plain.text, naming));
        expect(await treatmentOf(schema, contextOf(), strange)).toBe(renamed(await treatmentOf(schema, contextOf(), plain), naming));
      }),
      { numRuns: 75, endOnFailure: true },
    );
  });
});

test('no type of the gateway has a field, argument or value with the name of an inherited member, so that look-ups by these are safe', () => {
  const names = Object.values(createSchema().getTypeMap()).flatMap((type) => {
    if (isEnumType(type)) return [type.name, ...type.getValues().map(({ name }) => name)];
    if (isInputObjectType(type)) return [type.name, ...Object.keys(type.getFields())];
    if (!isObjectType(type) && !isInterfaceType(type)) return [type.name];
    return [type.name, ...Object.values(type.getFields()).flatMap((field) => [field.name, ...field.args.map(({ name }) => name)])];
  });
  expect(names.filter((name) => INHERITED_NAMES.includes(name))).toEqual([]);
});

describe.each(Object.keys(ASK))('over %s', (transport) => {
  const ask = async (url: string, params: object): Promise<Answer | undefined> => ASK[transport]?.(url, params);

  test('the cost limit counts the default of a variable, whatever its name', async () => {
    const { url } = await startServer();
    for (const name of INHERITED_NAMES) {
      const query = `query($${name}: Int = 100000) { items(first: $${name}) { nodes { name } } }`;
      expect([name, await ask(url, { query })]).toMatchObject([name, { errors: [{ extensions: { code: 'LIMIT_EXCEEDED', limit: 'cost' } }] }]);
    }
  });

  test('a variable that is not given leaves its argument to the default of the schema, whatever its name', async () => {
    const { url } = await startServer();
    for (const name of INHERITED_NAMES) {
      const rest = `{ ${name}: hello(name: $${name}) ...${name} } fragment ${name} on Query { ${name}: hello(name: $${name}) }`;
      // Variables that are all texts are taken over as they are, others are coerced.
      for (const declared of [`$${name}: String`, `$${name}: String, $tell: Boolean = true`]) {
        const query = `query ${name}(${declared}) ${declared.includes('tell') ? rest.replace('}', '... @include(if: $tell) { color } }') : rest}`;
        const data = `{"${name}":"hello world"${declared.includes('tell') ? ',"color":null' : ''}}`;
        expect(JSON.stringify((await ask(url, { query, operationName: name }))?.data)).toBe(data);
      }
    }
  });

  test('a variable that is given is read, whatever its name', async () => {
    const { url } = await startServer();
    // Fastify's parser of bodies refuses the key `__proto__`.
    const refused = transport === 'GET' || transport === 'WebSocket' ? [] : ['__proto__'];
    for (const name of INHERITED_NAMES.filter((each) => !refused.includes(each))) {
      const answer = await ask(url, { query: `query($${name}: String, $n: Int) { hello(name: $${name}) list(first: $n) { name } }`, variables: JSON.parse(`{"${name}":"you"}`) });
      expect([name, answer]).toEqual([name, { data: { hello: 'hello you', list: [{ name: 'item' }] } }]);
    }
  });

  test('an operation that is not there is not found under the name of an inherited member', async () => {
    const { url } = await startServer();
    for (const name of INHERITED_NAMES) {
      const answer = await ask(url, { query: 'query A { hello } query B { hello }', operationName: name });
      expect(answer).toMatchObject({ errors: [{ message: `Unknown operation named "${name}".`, extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }] });
    }
  });

  test('no document is registered under the name of an inherited member', async () => {
    const { url } = await startServer({ persisted: { mode: 'only', documents: new Map() } });
    for (const name of INHERITED_NAMES) {
      const answer = await ask(url, { extensions: { persistedQuery: { version: 1, sha256Hash: name } } });
      expect(answer).toMatchObject({ errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_IN_LIST' } }] });
    }
  });
});

test.each(['WebSocket', 'SSE', 'multipart'])('an event over %s has the fields that are asked for, whatever their aliases', async (transport) => {
  const { url, log } = await startServer();
  log.append('one', 'END');
  for (const name of INHERITED_NAMES) {
    const query = `subscription ${name}($${name}: String) { ${name}: follow(after: $${name}) { ${name}: text } }`;
    const answer = await ASK[transport]?.(url, { query, operationName: name });
    expect(JSON.stringify(answer?.data)).toBe(`{"${name}":{"${name}":"one"}}`);
  }
});

test('claims, algorithms and key ids with the names of inherited members open nothing', async () => {
  const issuer = await createIssuer();
  const { url } = await startServer({ auth: { mode: 'jwt', issuer: issuer.url, audience: AUDIENCE } });
  const status = async (token: string) => (await post(url, { query: '{ whoAmI }' }, { authorization: `Bearer ${token}` })).status;
  for (const name of INHERITED_NAMES) {
    const header = (members: object) => Buffer.from(JSON.stringify(members)).toString('base64url');
    const [, payload, signature] = (await issuer.token()).split('.');
    expect([name, await status(`${header({ alg: name, kid: 'key-1' })}.${payload}.${signature}`)]).toEqual([name, 401]);
    expect([name, await status(`${header({ alg: 'ES256', kid: 'key-1', crit: [name] })}.${payload}.${signature}`)]).toEqual([name, 401]);
    const scoped = await post(url, { query: 'mutation { append(text: "x") }' }, { authorization: `Bearer ${await issuer.token({ scope: name, [name]: 'tasks:start' })}` });
    expect([name, scoped.status]).toEqual([name, 403]);
  }
});
