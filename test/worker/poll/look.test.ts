/**
 * Looks at a list that is too long to sweep: the tasks in progress are listed, and the others are asked about by id.
 */
import { describe, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../../src/runtime/clock.js';
import type { PartnerCentral } from '../../../src/partner-central/client.js';
import type { TaskPage, TaskQuery } from '../../../src/partner-central/task-operations.js';
import { EVERYBODY, fromOpportunity } from '../../support/harness/task-harness.js';
import { SLOW, createWorkerHarness, startMany, statusesOf } from '../../support/harness/worker-harness.js';

const COUNT = 31;

/**
 * Tasks of a minute. A page holds few tasks, so the first two looks learn that a sweep is long.
 * @param change changes the pages that AWS returns
 */
async function longList(change: (query: TaskQuery, page: TaskPage) => TaskPage = (_query, page) => page) {
  const asked: TaskQuery[] = [];
  const around = (sdk: PartnerCentral): PartnerCentral => ({
    ...sdk,
    async listTasks(query) {
      asked.push(query);
      const result = await sdk.listTasks(query);
      return result.type === 'ok' ? { ...result, value: change(query, result.value) } : result;
    },
  });
  const harness = await createWorkerHarness({ around, simulator: { pageSize: 10 } });
  const ids = await startMany(harness.tasks, COUNT, SLOW);
  await harness.pass(2.5 * SECOND);
  const ways = () => asked.map(({ select }) => select.by);
  expect(new Set(ways())).toEqual(new Set(['startTime', 'taskId']));
  asked.length = 0;
  return { ...harness, ids, ways, asked };
}

describe('a look at the tasks in progress', () => {
  test('a look lists the tasks in progress, page by page, and asks about no task that is still among them', async () => {
    const harness = await longList();
    await harness.pass(SECOND);
    expect(harness.ways()).toEqual(Array(4).fill('inProgress'));
  });

  test('a look asks by id, ten a call, about the tasks that have left the list, and records their ends', async () => {
    const harness = await longList();
    const tasks = await harness.untilEnded(harness.ids, 2 * MINUTE);
    expect(tasks.map(({ status }) => status)).toEqual(Array(COUNT).fill('COMPLETE'));
    const byId = harness.asked.flatMap(({ select }) => ('values' in select ? [select.values.length] : []));
    expect(byId.every((count) => count <= 10)).toBe(true);
    expect(byId.reduce((sum, count) => sum + count, 0)).toBe(COUNT);
  });

  test('a task of a status that only a later AWS has, and that no list of tasks in progress shows, is followed by its id', async () => {
    let hidden = '';
    const harness = await longList(({ select }, page) =>
      select.by === 'inProgress' ? { ...page, answers: page.answers.filter(({ taskId }) => taskId !== hidden) } : page,
    );
    const [first = ''] = harness.ids;
    hidden = (await harness.tasks.find(EVERYBODY, first))?.details.taskId ?? '';
    await harness.pass(10 * SECOND);
    expect(harness.ways().filter((way) => way === 'taskId').length).toBeGreaterThan(3);
    expect(await statusesOf(harness, first)).toEqual(['QUEUED', 'IN_PROGRESS']);
    const [task] = await harness.untilEnded([first], 2 * MINUTE);
    expect(task?.status).toBe('COMPLETE');
  });

  test('a list that changes between its pages loses no task', async () => {
    const harness = await longList(({ select, nextToken }, page) =>
      // A task that ended on the first page moves the first task of the second page out of sight.
      select.by === 'inProgress' && nextToken !== null ? { ...page, answers: page.answers.slice(1) } : page,
    );
    const tasks = await harness.untilEnded(harness.ids, 2 * MINUTE);
    expect(tasks.map(({ status }) => status)).toEqual(Array(COUNT).fill('COMPLETE'));
  });

  test('foreign tasks in progress that fill the list make the looks ask by id instead', async () => {
    const harness = await longList();
    for (let index = 0; index < 200; index += 1) await harness.partnerCentral.startTask(SLOW, `foreign ${index}`);
    harness.asked.length = 0;
    await harness.pass(3 * SECOND);
    expect(harness.ways().slice(-4)).toEqual(Array(4).fill('taskId'));
    expect(harness.ways().filter((way) => way === 'inProgress').length).toBeLessThanOrEqual(4);
  });

  test('the details that a task in progress gains are recorded once', async () => {
    let message: string | null = null;
    const harness = await longList(({ select }, page) =>
      select.by === 'inProgress' ? { ...page, answers: page.answers.map((answer) => ({ ...answer, message })) } : page,
    );
    const [first = ''] = harness.ids;
    message = 'AWS works on it.';
    await harness.pass(SECOND);
    const task = await harness.tasks.find(EVERYBODY, first);
    expect(task).toMatchObject({ status: 'IN_PROGRESS', sequence: 2, details: { message } });
    await harness.pass(3 * SECOND);
    expect(await harness.tasks.find(EVERYBODY, first)).toEqual(task);
  });
});

test('a new start is looked at within a second while a list of older tasks is followed', async () => {
  const harness = await longList();
  const [id = ''] = await startMany(harness.tasks, 1, fromOpportunity());
  const [task] = await harness.untilEnded([id], 5 * SECOND);
  expect(task?.status).toBe('COMPLETE');
});
