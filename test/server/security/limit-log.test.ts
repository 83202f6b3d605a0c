/** The operator's log of met limits. */
import { describe, expect, test } from '@jest/globals';
import { SETTINGS } from '../../../src/config/settings.js';
import { MINUTE } from '../../../src/runtime/clock.js';
import { createTelemetry } from '../../../src/runtime/telemetry.js';
import { createLimitLog } from '../../../src/server/security/limit-log.js';
import { SETTING_OF, limitExceeded } from '../../../src/server/security/limits.js';
import { requestErrorOf } from '../../../src/server/security/request-error.js';
import { createManualClock } from '../../support/fakes/manual-clock.js';

describe('createLimitLog', () => {
  test('each limit is logged with its setting at most once a minute', async () => {
    const { log, lines, clock } = openLimitLog();
    for (let times = 0; times < 3; times += 1) log.met('mutations', 'alice');
    log.refused(requestErrorOf([limitExceeded('cost', 5000, 6000), limitExceeded('jsonDepth', 64)]), 'bob');
    expect(lines).toEqual([
      {
        subject: 'alice',
        limit: 'mutations',
        message:
          'A caller has met the limit "mutations". LIMIT_MUTATIONS_PER_SECOND and LIMIT_MUTATIONS_BURST would raise it.',
      },
      { subject: 'bob', limit: 'cost', message: 'A caller has met the limit "cost". LIMIT_COST would raise it.' },
    ]);
    await clock.advance(MINUTE - 1);
    log.met('mutations', 'alice');
    expect(lines).toHaveLength(2);
    await clock.advance(1);
    log.met('mutations', 'alice');
    expect(lines).toHaveLength(3);
  });

  test('the log names exactly the settings of limits that exist', () => {
    const named = Object.values(SETTING_OF).flatMap((text) => text.split(' and '));
    expect(named.toSorted()).toEqual(
      Object.keys(SETTINGS)
        .filter((name) => name.startsWith('LIMIT_'))
        .toSorted(),
    );
  });
});

function openLimitLog() {
  const clock = createManualClock();
  const lines: object[] = [];
  const silent = createTelemetry({ level: 'silent' });
  const warn = (fields: object, message: string) => void lines.push({ ...fields, message });
  const telemetry = { ...silent, log: Object.assign(Object.create(silent.log), { warn }) };
  return { clock, lines, log: createLimitLog({ clock, telemetry }) };
}
