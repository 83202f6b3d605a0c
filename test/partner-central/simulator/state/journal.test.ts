import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SECOND } from '../../../../src/runtime/clock.js';
import { createSimulator } from '../../../../src/partner-central/simulator/simulator.js';
import { createManualClock } from '../../../support/fakes/manual-clock.js';
import { createPartner, failureOf, nameOf } from '../../../support/aws/simulator-client.js';
import { recordsOf, runToEnd } from '../../../support/aws/simulator-records.js';

let directory: string;
let journal: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'simulator-'));
  journal = join(directory, 'not', 'there', 'journal.jsonl');
});

afterEach(() => rmSync(directory, { recursive: true }));

describe('the journal', () => {
  test('every task is restored after a restart, and its timeline continues', async () => {
    const clock = createManualClock();
    const before = await createPartner({ clock, journal });
    const engagement = await before.startEngagement('O1000001', 'one');
    const opportunity = await before.startOpportunity('eng-takesaminute01', 'two', { ContextIdentifier: '4' });
    const tasks = before.simulator.tasks();
    await clock.advance(2 * SECOND);
    await before.simulator.close();
    await clock.advance(1 * SECOND);

    const after = await createPartner({ clock, journal });
    expect(after.simulator.tasks()).toEqual(tasks);
    expect((await after.listEngagementTasks()).TaskSummaries).toMatchObject([
      { TaskId: engagement.TaskId, TaskStatus: 'COMPLETE' },
    ]);
    await clock.advance(57 * SECOND);
    expect((await after.listOpportunityTasks()).TaskSummaries).toMatchObject([
      { TaskId: opportunity.TaskId, TaskStatus: 'COMPLETE', ContextId: '5' },
    ]);
  });

  test('the use of each token is restored', async () => {
    const before = await createPartner({ journal });
    const { TaskId } = await before.startEngagement('O1', 'token');
    await before.simulator.close();
    const after = await createPartner({ journal });
    expect((await after.startEngagement('O1', 'token')).TaskId).toBe(TaskId);
    expect(nameOf(await failureOf(after.startEngagement('O2', 'token')))).toBe('ConflictException');
    expect(after.simulator.tasks()).toHaveLength(1);
  });

  test('the line of a Start is written before its answer, and refused or repeated Starts have none', async () => {
    const { startEngagement, simulator } = await createPartner({ journal });
    simulator.inject({ times: 1, fault: { kind: 'reset-after' } });
    await failureOf(startEngagement('O1', 'one'));
    expect(readFileSync(journal, 'utf8').split('\n')).toHaveLength(2);
    await startEngagement('O1', 'one');
    await failureOf(startEngagement('O3000005', 'two'));
    expect(readFileSync(journal, 'utf8').split('\n')).toHaveLength(2);
  });

  test('updates, decisions and reviews are restored', async () => {
    const clock = createManualClock();
    const before = await createPartner({ clock, journal });
    const records = recordsOf(before);
    await before.startEngagement('O5000003', 'too early');
    await records.update('O5000003', ({ Project }) => ({ Project: { ...Project, SalesActivities: ['SOW Signed'] } }));
    await records.associate('O5000002', 'S-0000007');
    await records.accept('engi-leadpending01');
    await records.qualify('eng-leaddisqualif1', 'Qualified');
    await runToEnd(before, () => before.startEngagement('O5000003', 'in time'));
    await before.startOpportunity('eng-leaddisqualif1', 'convert');
    const seen = async (partner: typeof before) => {
      const { getOpportunity, getEngagement, getInvitation, listOpportunities } = recordsOf(partner);
      const { $metadata: _, ...list } = await listOpportunities();
      const all = [
        getOpportunity('O5000003'),
        getOpportunity('O5000002'),
        getEngagement('eng-leaddisqualif1'),
        getInvitation('engi-leadpending01'),
      ];
      return [list, ...(await Promise.all(all)).map(({ $metadata: _each, ...rest }) => rest)];
    };
    await clock.advance(12 * SECOND);
    const state = await seen(before);
    await before.simulator.close();

    const after = await createPartner({ clock, journal });
    expect(await seen(after)).toEqual(state);
    expect(state[1]).toMatchObject({ LifeCycle: { ReviewStatus: 'In review' } });
    expect(await after.startEngagement('O5000003', 'too early')).toMatchObject({
      ReasonCode: 'OpportunityValidationFailed',
    });
    expect(await after.startOpportunity('eng-leaddisqualif1', 'convert')).toMatchObject({
      TaskStatus: 'COMPLETE',
      ContextId: '2',
    });
  });

  test('a line without a decision is decided by its identifier', async () => {
    const line = {
      kind: 'engagement-from-opportunity',
      catalog: 'Sandbox',
      clientToken: 'old',
      target: 'O5000003',
      fingerprint: 'x',
      startedAt: 0,
    };
    mkdirSync(dirname(journal), { recursive: true });
    writeFileSync(journal, `${JSON.stringify(line)}\n`);
    const { listEngagementTasks } = await createPartner({ journal });
    expect((await listEngagementTasks()).TaskSummaries).toMatchObject([
      { OpportunityId: 'O5000003', TaskStatus: 'COMPLETE' },
    ]);
  });

  test('a refused update has no line', async () => {
    const partner = await createPartner({ journal });
    await failureOf(recordsOf(partner).update('O5000007', () => ({})));
    await failureOf(recordsOf(partner).accept('engi-expired000001'));
    expect(readFileSync(journal, 'utf8')).toBe('');
  });

  test.each(['{"kind":"engagement-from-oppor', '{}', 'ÿ'])(
    'a last line that was cut off is dropped: %s',
    async (torn) => {
      const before = await createPartner({ journal });
      await before.startEngagement('O1', 'one');
      await before.simulator.close();
      appendFileSync(journal, torn);

      const between = await createPartner({ journal });
      expect(between.simulator.tasks()).toHaveLength(1);
      await between.startEngagement('O2', 'two');
      await between.simulator.close();

      const after = await createPartner({ journal });
      expect(after.simulator.tasks().map(({ target }) => target)).toEqual(['O1', 'O2']);
    },
  );

  test.each([
    'not JSON',
    '{}',
    'null',
    '{"edit":"AcceptEngagementInvitation","at":0,"request":{}}',
    '{"edit":"DeleteOpportunity","at":0,"request":{}}',
  ])('any other damaged line is refused with its number: %s', async (line) => {
    const before = await createPartner({ journal });
    await before.startEngagement('O1', 'one');
    await before.simulator.close();
    writeFileSync(journal, `${readFileSync(journal, 'utf8')}${line}\n`);
    await expect(createSimulator({ journal })).rejects.toThrow(/Line 2 of the simulator's journal .* is damaged/);
  });
});
