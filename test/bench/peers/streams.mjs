/**
 * The alternatives to the gateway for streams. `stock` is graphql-ws over the PubSub of graphql-subscriptions, as their
 * documentation shows. `bare` is a WebSocket server that sends a constant text, which is the limit of this platform.
 * `committed` is a bare server that loses no event, because it commits each to a database in memory before it sends it.
 */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { DateTimeResolver } from 'graphql-scalars';
import { PubSub } from 'graphql-subscriptions';
import Database from 'libsql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { nowMs, serve } from '../../../dist/test/bench/child.js';
import { finishedTask, rowOf, taskId } from '../../../dist/test/bench/fixture.js';
import { atRate } from '../../../dist/test/bench/streams/pace.js';

const [name] = process.argv.slice(2);
const server = createServer();
const sockets = new WebSocketServer({ server, path: '/graphql' });
const stream = name === 'stock' ? stock() : name === 'committed' ? committed() : bare();

function transitionOf(index) {
  const task = { ...rowOf(finishedTask(index)), status: 'IN_PROGRESS', isTerminal: false };
  return {
    cursor: 'bi4wY2U2ZDY4ODQzNjguMi5WblRKaXU',
    sequence: 2,
    previousStatus: 'QUEUED',
    status: task.status,
    isTerminal: false,
    observedAt: new Date(),
    message: task.message,
    task,
  };
}

function stock() {
  const eventEmitter = new EventEmitter().setMaxListeners(0);
  const pubsub = new PubSub({ eventEmitter });
  let count = 0;
  eventEmitter.on('newListener', () => (count += 1));
  eventEmitter.on('removeListener', () => (count -= 1));
  const schema = makeExecutableSchema({
    typeDefs: readFileSync(new URL('../../../schema/schema.graphql', import.meta.url), 'utf8'),
    resolvers: {
      DateTime: DateTimeResolver,
      Task: { __resolveType: (row) => row.__typename },
      Subscription: { taskTransitions: { subscribe: (_root, { id }) => pubsub.asyncIterableIterator(`task:${id}`) } },
    },
  });
  useServer({ schema }, sockets);
  const publish = (index) => void pubsub.publish(`task:${taskId(index)}`, { taskTransitions: transitionOf(index) });
  return { subscribers: () => count, publish, publishOne: () => publish(0) };
}

/** An event for all subscribers is serialized once, and an event for one subscriber once each. */
function bare() {
  const open = [];
  sockets.on('connection', (socket, request) => {
    open[Number(new URL(request.url, 'http://localhost').searchParams.get('subscriber'))] = socket;
    socket
      .on('error', () => {})
      .on('close', () => {
        if (sockets.clients.size === 0) open.length = 0;
      });
  });
  const textOf = (index) => {
    const { task, ...transition } = transitionOf(index);
    const { id, kind, catalog, status, clientToken, taskId: awsTaskId, opportunityId, engagementId, updatedAt } = task;
    const taskTransitions = {
      ...transition,
      task: { id, kind, catalog, status, clientToken, taskId: awsTaskId, opportunityId, engagementId, updatedAt },
    };
    return Buffer.from(JSON.stringify({ id: String(index), type: 'next', payload: { data: { taskTransitions } } }));
  };
  const send = (index, text) => open[index % open.length].send(text, { binary: false });
  return {
    subscribers: () => sockets.clients.size,
    publish: (index) => send(index, textOf(index)),
    publishOne() {
      const text = textOf(0);
      for (let index = 0; index < open.length; index += 1) send(index, text);
    },
  };
}

function committed() {
  const database = new Database(':memory:');
  database.exec(
    'create table head (position integer); insert into head values (0); create table events (position integer primary key, event text)',
  );
  const [begin, advance, insert, commit] = [
    'begin immediate',
    'update head set position = position + 1 returning position',
    'insert into events values (?, ?)',
    'commit',
  ].map((statement) => database.prepare(statement));
  const { publish, ...stream } = bare();
  return {
    ...stream,
    publish(index) {
      begin.run([]);
      const [{ position }] = advance.all([]);
      insert.run([position, JSON.stringify(transitionOf(index))]);
      commit.run([]);
      return published(() => publish(index));
    },
  };
}

/** The begin of the publication, because the last subscriber has waited since then. */
function published(work) {
  const begun = nowMs();
  work();
  return begun;
}

await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
serve(
  { url: `http://127.0.0.1:${server.address().port}/graphql` },
  {
    prepare: (count) => Array.from({ length: count }, (_, index) => taskId(index)),
    subscribers: () => stream.subscribers(),
    publishOne: () => published(() => stream.publishOne()),
    publishEach: (count) => published(() => Array.from({ length: count }, (_, index) => stream.publish(index))),
    publishAtRate: (rate) =>
      atRate(rate, (index) => (name === 'committed' ? stream.publish(index) : published(() => stream.publish(index)))),
  },
);
