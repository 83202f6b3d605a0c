/** relay-compiler accepts the schema, and the queries that it makes of refetchable fragments work. */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { aTask, aTransition, contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { temporaryDirectory } from '../../support/harness/directory.js';
import { run } from '../../support/server/run-operation.js';

const SOURCE = `
graphql\`
  query TaskPageQuery($id: ID!) {
    task(id: $id) { id status ...TaskPage_history batch { ...TaskPage_batch } }
  }
\`;
graphql\`
  fragment TaskPage_history on Task
  @refetchable(queryName: "TaskPageHistoryQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 2 }, after: { type: "String" }) {
    transitions(first: $first, after: $after) @connection(key: "TaskPage_history_transitions") {
      edges { node { sequence status observedAt task { id status } } }
    }
  }
\`;
graphql\`
  fragment TaskPage_batch on TaskBatch @refetchable(queryName: "TaskPageBatchQuery") { isFinished completeCount }
\`;
graphql\`
  subscription TaskPageSubscription($after: String) { taskFeed(after: $after) { cursor status task { id status } } }
\`;
`;

test('the query that relay-compiler makes to refetch the history of a task reads the next page by node', async () => {
  const directory = temporaryDirectory();
  for (const name of ['src', 'artifacts']) mkdirSync(join(directory, name));
  copyFileSync(
    fileURLToPath(new URL('../../../../schema/schema.graphql', import.meta.url)),
    join(directory, 'schema.graphql'),
  );
  writeFileSync(join(directory, 'src/TaskPage.js'), SOURCE);
  const config = {
    src: './src',
    schema: './schema.graphql',
    language: 'javascript',
    artifactDirectory: './artifacts',
    eagerEsModules: true,
  };
  writeFileSync(join(directory, 'relay.config.json'), JSON.stringify(config));
  const compiler = createRequire(import.meta.url).resolve('relay-compiler/cli.js');
  await promisify(execFile)(process.execPath, [compiler, 'relay.config.json'], { cwd: directory });

  const artifact = readFileSync(join(directory, 'artifacts/TaskPageHistoryQuery.graphql.js'), 'utf8');
  const text: string = JSON.parse(/^ +"text": (".*")$/m.exec(artifact)?.[1] ?? '""');
  const items = [{ cursor: 'c3', item: aTransition({ position: 3, sequence: 3 }) }];
  const page = { items, hasNextPage: false, hasPreviousPage: true };
  const tasks = fakeTasks({ find: aTask({ status: 'COMPLETE' }), transitions: page });
  const { data, errors }: { data?: any; errors?: unknown } = await run(text, contextWith(tasks), {
    id: 'task-one',
    after: 'c2',
  });
  expect(errors).toBeUndefined();
  expect(data.node.transitions.edges).toMatchObject([
    { cursor: 'c3', node: { sequence: 3, task: { id: 'task-one' } } },
  ]);
  expect(tasks.asked.transitions).toEqual([['task-one', { first: 2, after: 'c2' }]]);
});
