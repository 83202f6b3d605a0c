/** Tasks that another program starts with the same account, and the list of all tasks of the gateway. */
import { createPartnerCentral } from '../../../src/partner-central/client.js';
import type { TaskInput } from '../../../src/partner-central/model/task-kind.js';
import type { Task } from '../../../src/tasks/task.js';
import type { Tasks } from '../../../src/tasks/tasks.js';
import { EVERYBODY, closeLater, createStrictTelemetry } from './task-harness.js';
import type { WorkerHarness } from './worker-harness.js';

/** @returns a function that starts a task at AWS and returns its AWS id */
export function externalClient(
  harness: Pick<WorkerHarness, 'simulator' | 'clock'>,
): (input: TaskInput) => Promise<string> {
  const credentials = { accessKeyId: 'other', secretAccessKey: 'other' };
  const telemetry = createStrictTelemetry();
  const client = createPartnerCentral({
    region: 'us-east-1',
    endpoint: harness.simulator.endpoint,
    credentials,
    clock: harness.clock,
    telemetry,
  });
  closeLater(() => client.close());
  let count = 0;
  return async (input) => {
    count += 1;
    const result = await client.startTask(input, `elsewhere-${count}`);
    if (result.type !== 'ok' || result.value.taskId === null) throw new Error(JSON.stringify(result));
    return result.value.taskId;
  };
}

/** Newest first, at most 500. */
export async function allTasks(tasks: Tasks): Promise<Task[]> {
  const page = await tasks.list(EVERYBODY, {}, { first: 500, after: null });
  if ('type' in page) throw new Error(page.type);
  return page.items.map(({ item }) => item);
}
