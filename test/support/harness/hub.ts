/** A hub over a real log in memory, and writes of this and of other processes. */
import { openDatabase } from '../../../src/db/open.js';
import { createTelemetry } from '../../../src/runtime/telemetry.js';
import { createHub } from '../../../src/transitions/hub.js';
import { append, reservePositions } from '../../../src/transitions/log.js';
import { whenDone } from './cleanup.js';
import { createManualClock } from '../fakes/manual-clock.js';

/** Writes of another process arrive by notifications only. With `lost`, they have none. */
export type Writer = 'us' | 'another' | 'another, lost';

export async function openHub() {
  const clock = createManualClock();
  const db = await openDatabase({ dataDir: ':memory:', clock });
  whenDone(() => db.close());
  const telemetry = createTelemetry({ level: 'silent' });
  const hub = await createHub({ db, clock, telemetry });
  whenDone(() => hub.close());

  /** Writes so many transitions of a task in one commit. */
  async function commit(taskId: string, sequence: number, by: Writer = 'another', count = 1): Promise<void> {
    await db.write(async (tx) => {
      const { first = 0 } = (await reservePositions(db, tx, null, count)) ?? {};
      const same = { taskId, terminal: false, recordedAt: clock.now(), payload: '{}' };
      await append(
        tx,
        Array.from({ length: count }, (_, index) => ({ ...same, position: first + index, sequence: sequence + index })),
      );
      if (by !== 'us') tx.appended.length = 0;
      if (by === 'another, lost') tx.notifications.length = 0;
    });
  }

  function nextWake(taskId: string | null): Promise<void> {
    return new Promise((resolve) => {
      const detach = hub.attach(taskId, () => {
        detach();
        resolve();
      });
    });
  }

  return { clock, db, telemetry, hub, commit, nextWake };
}
