import { expect, test } from '@jest/globals';
import { createRandom } from '../../support/fakes/random.js';
import { upstreamCampaign } from './upstream.js';
import { completed } from './upstream-model.js';

const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);

test('answers gain members of the model that the simulator never sends, and keep their own', () => {
  const random = createRandom(SEED, 'members');
  const answers = Array.from({ length: 20 }, () =>
    completed('GetOpportunity', '{"Id":"O1","Project":{"Title":"a"}}', random),
  );
  for (const answer of answers) expect(answer).toMatchObject({ Id: 'O1', Project: { Title: 'a' } });
  expect(JSON.stringify(answers)).toMatch(/"Marketing":.*"AwsFundingUsed":/);
  const task = '{"TaskId":"task-1","TaskStatus":"IN_PROGRESS"}';
  for (let time = 0; time < 20; time += 1) {
    expect(completed('StartEngagementFromOpportunityTask', task, random)).not.toHaveProperty('EngagementId');
  }
});

test(`broken answers of AWS end no process, lose or double no start, and stall nothing (seed ${SEED})`, async () => {
  const { inputs, failures } = await upstreamCampaign({ inputs: 400, seed: SEED, say: () => undefined });
  expect({ seed: SEED, failures }).toEqual({ seed: SEED, failures: [] });
  expect(inputs).toBeGreaterThanOrEqual(400);
}, 240_000);
