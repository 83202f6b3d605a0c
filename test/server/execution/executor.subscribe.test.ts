/** The executor opens subscriptions like graphql-js: the same source from the same arguments, or the same errors. */
import { expect, test } from '@jest/globals';
import { createSourceEventStream, getOperationAST, parse, type ExecutionResult } from 'graphql';
import { createSchema } from '../../../src/graphql/schema.js';
import { createExecutor } from '../../../src/server/execution/executor.js';
import { sha256 } from '../../../src/server/documents/persisted.js';
import {
  BAD_CURSOR,
  FakeStream,
  aTransition,
  contextWith,
  fakeTasks,
  type Answers,
} from '../../support/fakes/fake-tasks.js';

const schema = createSchema();
const stream = new FakeStream([aTransition()]);

const FOLLOW = 'subscription($id: ID!, $after: String) { taskTransitions(id: $id, after: $after) { cursor } }';
const OTHER_NAME = 'subscription Q($id: ID!) { mine: taskTransitions(id: $id, from: BEGINNING) { cursor } }';
const WITH_DEFAULT =
  'subscription($id: ID! = "task-nine", $after: String = "here") { taskTransitions(id: $id, after: $after) { cursor } }';
const FROM_VARIABLE = 'subscription($id: ID!, $from: StreamStart) { taskTransitions(id: $id, from: $from) { cursor } }';
const IN_FRAGMENT =
  'subscription($id: ID!) { ...F } fragment F on Subscription { taskTransitions(id: $id) { cursor } }';
const FEED = 'subscription($after: String) { taskFeed(after: $after) { cursor } }';
const FAILS = { follow: { type: 'not-found' } } as const;

/** The result or the error, and the calls of the task service. */
async function outcomeOf(
  answers: Answers,
  open: (contextValue: object) => Promise<AsyncIterable<unknown> | ExecutionResult>,
): Promise<unknown> {
  const tasks = fakeTasks(answers);
  try {
    const outcome = await open(contextWith(tasks));
    return [outcome === stream ? 'the stream' : JSON.parse(JSON.stringify(outcome)), tasks.asked];
  } catch (error) {
    return [String(error), tasks.asked];
  }
}

test.each<[text: string, variables: Record<string, unknown>, answers?: Answers]>([
  [FOLLOW, { id: 'task-one', after: 'cursor-1' }],
  [FOLLOW, { id: 'task-one', after: null }],
  [FOLLOW, { id: 'task-one' }],
  [FOLLOW, { id: 17, after: 'cursor-1' }],
  [FOLLOW, { id: 'task-one', after: 'nonsense' }, { follow: BAD_CURSOR }],
  [FOLLOW, { id: 'task-two' }, FAILS],
  [FOLLOW, {}],
  [FOLLOW, { id: null }],
  [FOLLOW, { id: 'task-one', after: ['cursor-1'] }],
  [OTHER_NAME, { id: 'task-two' }, FAILS],
  [OTHER_NAME, { id: 'task-one' }],
  [WITH_DEFAULT, {}],
  [WITH_DEFAULT, { after: null }],
  [WITH_DEFAULT, { id: 'task-one', after: 'there' }],
  ['subscription($id: ID = "task-nine") { taskTransitions(id: $id) { cursor } }', { id: null }],
  [FROM_VARIABLE, { id: 'task-one', from: 'BEGINNING' }],
  [FROM_VARIABLE, { id: 'task-one', from: null }],
  [FROM_VARIABLE, { id: 'task-one' }],
  [FROM_VARIABLE, { id: 'task-one', from: 'LATER' }],
  [IN_FRAGMENT, { id: 'task-one' }],
  [
    'subscription($id: ID!, $no: Boolean!) { taskTransitions(id: $id) @skip(if: $no) { cursor } }',
    { id: 'task-one', no: true },
  ],
  ['subscription { __typename }', {}],
  [FEED, { after: 'cursor-1' }],
  [FEED, {}, { feed: BAD_CURSOR }],
])(
  'a subscription opens as with graphql-js: %s with %j',
  async (text, variables, answers = { follow: stream, feed: stream }) => {
    const document = parse(text);
    const operation = getOperationAST(document);
    if (operation === null || operation === undefined) throw new Error('no operation');
    const checked = { kind: 'document', ast: document, text, hash: sha256(text), costOf: () => 0 } as const;
    const executor = createExecutor(schema);
    const expected = await outcomeOf(answers, (contextValue) =>
      createSourceEventStream({ schema, document, contextValue, variableValues: variables }),
    );
    // Twice, because the second time everything has been decided.
    for (let time = 0; time < 2; time += 1) {
      expect(
        await outcomeOf(answers, (contextValue) => executor.subscribe(checked, operation, { contextValue, variables })),
      ).toEqual(expected);
    }
  },
);
