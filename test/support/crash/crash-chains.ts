/**
 * Series of kills of a gateway that a client uses: at each step of a start, at each step of a process, or at random.
 * Each series resolves when every start has been proved to be run exactly once.
 */
import { expect } from '@jest/globals';
import type { Random } from '../fakes/random.js';
import { createPatientClient, type PatientClient } from './crash-client.js';
import {
  createRestartableGateway,
  DiedAtBoot,
  type GatewayProcess,
  type RestartableGateway,
} from './restartable-gateway.js';
import { createCount, expectExactlyOnce, expectWholeFeed, runThrough, type Run, type Start } from './crash-proof.js';

export type Chain = {
  /** The environment of the gateway, with the places of its data and of its AWS. */
  readonly env: Readonly<Record<string, string>> & { readonly PARTNER_CENTRAL_ENDPOINT: string };
  /** The number of the chain, from which its opportunities are named, because several chains may share one AWS. */
  readonly name: number;
};

/**
 * Kills each process at the first step of a start at which none has died before, until a process meets no such step.
 * @param diedAt shared by chains that run in parallel
 */
export async function dieAtEachStepOfAStart(chain: Chain, diedAt: Set<string>): Promise<void> {
  const { gateway, client, startOf, prove } = begin(chain);
  let child = await gateway.start();
  const feed = await followAll(client, startOf(0));
  for (let n = 1, over = false; !over; n += 1) {
    await child.arm([...diedAt]);
    const running = runThrough(client, startOf(n));
    let step = await Promise.race([child.ended, running.then(() => null)]);
    // The last transition can reach the client before the death after its commit is noticed.
    if (step === null && !(await child.arm(null))) step = await child.ended;
    over = step === null;
    if (step !== null) {
      diedAt.add(step);
      child = await gateway.start();
    }
    await prove(await running);
  }
  await feed.end();
  await end(child, gateway);
}

/** Does the same from the first step of the process on, which is mostly the recovery from the previous kill. */
export async function dieAtEachStepOfAProcess(chain: Chain, diedAt: Set<string>): Promise<void> {
  const { gateway, client, startOf, prove } = begin(chain);
  const runs: Run[] = [];
  let over = false;
  let onRun = () => {};
  // Starts follow each other, so that there is always one to recover.
  const working = (async () => {
    for (let n = 0; !over; n += 1) {
      runs.push(await runThrough(client, startOf(n)));
      onRun();
    }
  })();
  while (!over) {
    const child = await gateway.start({ survive: [...diedAt] }).catch(diedAtBoot);
    if (typeof child === 'string') {
      diedAt.add(child);
      continue;
    }
    const survived = new Promise<null>((resolve) => (onRun = () => resolve(null)));
    const step = await Promise.race([child.ended, survived]);
    over = step === null;
    if (step === null) child.kill();
    else diedAt.add(step);
    await child.ended;
  }
  const child = await gateway.start();
  await working;
  for (const run of runs) await prove(run);
  await end(child, gateway);
}

/** Keeps several starts going and kills the gateway `kills` times at random moments, some of them during its boot. */
export async function dieAtRandom(
  chain: Chain,
  kills: number,
  random: Random,
): Promise<{ starts: number; atBoot: number }> {
  const { gateway, client, startOf, prove } = begin(chain);
  let child = await gateway.start();
  const feed = await followAll(client, startOf(0));
  let over = false;
  let count = 0;
  const runs: Run[] = [];
  const working = Array.from({ length: 5 }, async () => {
    while (!over) runs.push(await runThrough(client, startOf((count += 1))));
  });
  child.kill();
  await child.ended;
  let atBoot = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const death = random.chance(0.25)
      ? { afterBirthMs: random.between(0, 1000) }
      : { afterReadyMs: random.between(0, 1500) };
    const born = await gateway.start(death).catch(diedAtBoot);
    if (typeof born === 'string') atBoot += 1;
    else await born.ended;
  }
  child = await gateway.start();
  over = true;
  await Promise.all(working);
  for (const run of runs) await prove(run);
  await feed.end();
  await end(child, gateway);
  return { starts: runs.length, atBoot };
}

function begin({ env, name }: Chain) {
  const gateway = createRestartableGateway({
    POLL_MIN_MS: '50',
    READS_PER_SECOND: '500',
    WRITES_PER_SECOND: '500',
    ...env,
  });
  const client = createPatientClient(() => gateway.url());
  const countAtAws = createCount(env.PARTNER_CENTRAL_ENDPOINT);
  return {
    gateway,
    client,
    startOf: (n: number): Start => ({
      identifier: `O${90_000_000 + name * 100_000 + n}`,
      clientToken: `${name}: ${n}`,
    }),
    prove: (run: Run) => expectExactlyOnce(client, countAtAws, run),
  };
}

/** Follows all tasks through all kills. `end` proves that this stream delivered the same as the stream of each task. */
async function followAll(client: PatientClient, first: Start) {
  const beginning = await runThrough(client, first);
  const last: Start = { ...first, clientToken: `${first.clientToken}, the last one` };
  const feed = client.feed(beginning.seen.at(-1)?.cursor ?? '', (seen) => {
    const latest = seen.at(-1);
    return latest !== undefined && latest.isTerminal && latest.task.clientToken === last.clientToken;
  });
  return {
    async end(): Promise<void> {
      await runThrough(client, last);
      await expectWholeFeed(client, await feed);
    },
  };
}

async function end(child: GatewayProcess, gateway: RestartableGateway): Promise<void> {
  child.kill();
  await child.ended;
  expect(gateway.complaints()).toBe('');
}

function diedAtBoot(error: unknown): string {
  if (error instanceof DiedAtBoot) return error.step;
  throw error;
}
