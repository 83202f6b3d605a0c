/**
 * Look-ups after an edit, on two gateways on one PostgreSQL. No look-up shows the record as it was before the edit,
 * whatever was cached or in flight.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { PartnerCentral } from '../../../src/partner-central/client.js';
import { createSimulator, type Simulator } from '../../../src/partner-central/simulator/simulator.js';
import { CACHE_MS } from '../../../src/records/loading-cache.js';
import { systemClock } from '../../../src/runtime/clock.js';
import { deferred } from '../../support/harness/deferred.js';
import { whenDone } from '../../support/harness/cleanup.js';
import { startGatewayOn, type TestGateway } from '../../support/harness/gateway.js';
import { startPostgres } from '../../support/programs/postgres.js';

const UPDATE = `mutation ($id: String!, $nextSteps: String!) {
  updateOpportunity(input: { catalog: SANDBOX, identifier: $id, patch: { lifeCycle: { nextSteps: $nextSteps } } }) {
    changed userErrors { code message }
  }
}`;
const LOOK_UP = 'query ($id: ID!) { opportunity(catalog: SANDBOX, identifier: $id) { lifeCycle { nextSteps } } }';
const LIST = '{ opportunities(catalog: SANDBOX, first: 1) { nodes { id } } }';

type Around = (partnerCentral: PartnerCentral) => PartnerCentral;
/** Changes the calls of each gateway for the current test. */
const around: { here: Around; there: Around } = { here: (given) => given, there: (given) => given };

let simulator: Simulator;
let here: TestGateway;
let there: TestGateway;
beforeAll(async () => {
  const postgres = await startPostgres();
  whenDone(() => postgres.stop());
  simulator = await createSimulator({ readsPerSecond: 1000, writesPerSecond: 1000 });
  whenDone(() => simulator.close());
  const settings = {
    DATABASE_URL: await postgres.createDatabase(),
    READS_PER_SECOND: '500',
    WRITES_PER_SECOND: '500',
  };
  const open = (side: keyof typeof around) =>
    startGatewayOn(simulator, settings, {
      partnerCentral: (given) => ({
        ...given,
        read: (operation, query) => around[side](given).read(operation, query),
        write: (operation, query) => around[side](given).write(operation, query),
      }),
    });
  here = await open('here');
  there = await open('there');
});

async function edit(gateway: TestGateway, id: string, nextSteps: string): Promise<void> {
  const answer = await gateway.query(UPDATE, { id, nextSteps });
  expect(answer).toEqual({ data: { updateOpportunity: { changed: ['lifeCycle.nextSteps'], userErrors: [] } } });
}

async function seen(gateway: TestGateway, id: string): Promise<string> {
  const { data } = await gateway.query(LOOK_UP, { id });
  return data.opportunity.lifeCycle.nextSteps;
}

const callsOf = (operation: string) => simulator.calls().filter((call) => call.operation === operation).length;

/** Edits, and counts what follows. Repeats both until they fit into the lifetime of the cache on a busy machine. */
async function afterAnEdit<T>(count: () => Promise<T>): Promise<T> {
  for (;;) {
    const begun = systemClock.monotonic();
    await edit(here, 'O5000001', `Edit at ${begun}.`);
    const counted = await count();
    if (systemClock.monotonic() - begun < CACHE_MS) return counted;
  }
}

describe('a look-up after an edit', () => {
  test.each(['the same gateway', 'the other gateway'])(
    'an edit is seen at once on %s, although it was cached',
    async (where) => {
      const id = 'O5000001';
      for (const nextSteps of ['Call.', 'Write.', 'Sign.']) {
        const gateway = where === 'the same gateway' ? here : there;
        const before = await seen(gateway, id);
        expect(before).not.toBe(nextSteps);
        await edit(here, id, nextSteps);
        expect(await seen(gateway, id)).toBe(nextSteps);
      }
    },
  );

  test('look-ups of a record that was edited share one call again', async () => {
    const calls = await afterAnEdit(async () => {
      const before = callsOf('GetOpportunity');
      await seen(there, 'O5000001');
      await Promise.all([seen(there, 'O5000001'), seen(there, 'O5000001')]);
      await seen(there, 'O5000001');
      return callsOf('GetOpportunity') - before;
    });
    expect(calls).toBe(1);
  });

  test('lists are read again after an edit in their catalog', async () => {
    const calls = async () => {
      const before = callsOf('ListOpportunities');
      expect(await there.query(LIST)).toHaveProperty('data.opportunities.nodes', [{ id: expect.any(String) }]);
      return callsOf('ListOpportunities') - before;
    };
    const twice = () => afterAnEdit(async () => [await calls(), await calls()]);
    expect([await twice(), await twice()]).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });

  test('a call that was in flight during the edit answers only the look-ups from before it, and is not kept', async () => {
    const id = 'O5000002';
    const before = await seen(here, id);
    const [reached, release] = [deferred(), deferred()];
    let held = false;
    around.there = (given) => ({
      ...given,
      async read(operation, query) {
        const answer = await given.read(operation, query);
        if (held) return answer;
        held = true;
        reached.resolve();
        await release.promise;
        return answer;
      },
    });
    // The cached answer must not serve the look-up whose call is held.
    await edit(here, id, 'Before.');
    const early = seen(there, id);
    await reached.promise;
    await edit(here, id, 'After.');
    expect(await seen(there, id)).toBe('After.');
    release.resolve();
    expect(await early).toBe('Before.');
    expect(await seen(there, id)).toBe('After.');
    expect(before).not.toBe('Before.');
    around.there = (given) => given;
  });

  test('an answer that was read between the write at AWS and the answer of the edit is not kept', async () => {
    const id = 'O5000003';
    const [reached, release] = [deferred(), deferred()];
    const old = await seen(there, id);
    around.here = (given) => ({
      ...given,
      async write(operation, query) {
        reached.resolve();
        await release.promise;
        return given.write(operation, query);
      },
    });
    const edited = edit(here, id, 'New.');
    await reached.promise;
    expect(await seen(there, id)).toBe(old);
    release.resolve();
    await edited;
    expect(await seen(there, id)).toBe('New.');
    around.here = (given) => given;
  });

  test('an edit whose gateway fails between the write and its answer is seen on the other gateway', async () => {
    const id = 'O5000004';
    const old = await seen(there, id);
    around.here = (given) => ({
      ...given,
      async write(operation, query) {
        expect(await seen(there, id)).toBe(old);
        await given.write(operation, query);
        throw new Error('the process is gone');
      },
    });
    expect(await here.query(UPDATE, { id, nextSteps: 'Done.' })).toHaveProperty('errors');
    expect(await seen(there, id)).toBe('Done.');
    around.here = (given) => given;
  });

  test('no look-up shows a state from before an edit that was answered before it, over many edits and look-ups', async () => {
    const id = 'O5000005';
    let answered = 0;
    let isOver = false;
    await edit(here, id, 'Step 0');
    const look = async (gateway: TestGateway): Promise<number> => {
      let count = 0;
      while (!isOver) {
        const atLeast = answered;
        const step = Number((await seen(gateway, id)).slice('Step '.length));
        expect(step).toBeGreaterThanOrEqual(atLeast);
        count += 1;
      }
      return count;
    };
    const lookers = [here, here, there, there].map(look);
    try {
      for (let step = 1; step <= 20; step += 1) {
        await edit(step % 3 === 0 ? there : here, id, `Step ${step}`);
        answered = step;
      }
    } finally {
      isOver = true;
    }
    expect(Math.min(...(await Promise.all(lookers)))).toBeGreaterThan(10);
  });
});
