/**
 * Look-ups that begin after an edit is announced and before AWS has answered it. They may show the old state, but leave
 * none for later look-ups. On PostgreSQL they are made on another gateway than the edit.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { PartnerCentral } from '../../../src/partner-central/client.js';
import { createSimulator } from '../../../src/partner-central/simulator/simulator.js';
import { whenDone } from '../../support/harness/cleanup.js';
import { deferred } from '../../support/harness/deferred.js';
import { startGatewayOn, type TestGateway } from '../../support/harness/gateway.js';
import { startPostgres } from '../../support/programs/postgres.js';

const UPDATE = `mutation ($id: String!, $nextSteps: String!) {
  updateOpportunity(input: { catalog: SANDBOX, identifier: $id, patch: { lifeCycle: { nextSteps: $nextSteps } } }) {
    changed userErrors { code message }
  }
}`;
const LOOK_UP = 'query ($id: ID!) { opportunity(catalog: SANDBOX, identifier: $id) { lifeCycle { nextSteps } } }';

type Gateways = { readonly edits: TestGateway; readonly looks: TestGateway };
type Around = (partnerCentral: PartnerCentral) => PartnerCentral;

/** A call that the test lets go on. */
function createGate() {
  const [reached, released] = [deferred(), deferred()];
  return {
    reached: reached.promise,
    release: () => released.resolve(),
    async pass(): Promise<void> {
      reached.resolve();
      await released.promise;
    },
  };
}

describe.each(['SQLite', 'PostgreSQL'])('a look-up during an edit on %s', (database) => {
  /** Changes the calls of both gateways for the current test. */
  let around: Around = (given) => given;
  let gateways: Gateways;

  beforeAll(async () => {
    const simulator = await createSimulator({ readsPerSecond: 1000, writesPerSecond: 1000 });
    whenDone(() => simulator.close());
    const quotas = { READS_PER_SECOND: '500', WRITES_PER_SECOND: '500' };
    const partnerCentral: Around = (given) => ({
      ...given,
      read: (operation, query) => around(given).read(operation, query),
      write: (operation, query) => around(given).write(operation, query),
    });
    const open = (settings = {}) => startGatewayOn(simulator, { ...quotas, ...settings }, { partnerCentral });
    if (database === 'SQLite') {
      const only = await open();
      gateways = { edits: only, looks: only };
    } else {
      const postgres = await startPostgres();
      whenDone(() => postgres.stop());
      const DATABASE_URL = await postgres.createDatabase();
      gateways = { edits: await open({ DATABASE_URL }), looks: await open({ DATABASE_URL }) };
    }
  });

  async function edit(id: string, nextSteps: string): Promise<void> {
    const answer = await gateways.edits.query(UPDATE, { id, nextSteps });
    expect(answer).toEqual({ data: { updateOpportunity: { changed: ['lifeCycle.nextSteps'], userErrors: [] } } });
  }

  async function seen(id: string): Promise<string> {
    const { data } = await gateways.looks.query(LOOK_UP, { id });
    return data.opportunity.lifeCycle.nextSteps;
  }

  test('a look-up that ends before AWS writes leaves no answer for one that begins before the edit is answered', async () => {
    const id = 'O5000001';
    const [write, answer] = [createGate(), createGate()];
    around = (given) => ({
      ...given,
      async write(operation, query) {
        await write.pass();
        const written = await given.write(operation, query);
        await answer.pass();
        return written;
      },
    });
    const old = await seen(id);
    const edited = edit(id, 'New.');
    await write.reached;
    expect(await seen(id)).toBe(old);
    write.release();
    await answer.reached;
    expect(await seen(id)).toBe('New.');
    answer.release();
    await edited;
    expect(await seen(id)).toBe('New.');
  });

  test('a look-up whose answer from before the write comes after the edit leaves it for no other', async () => {
    const id = 'O5000002';
    const [write, look] = [createGate(), createGate()];
    let isHeld = false;
    around = (given) => ({
      ...given,
      async read(operation, query) {
        const isFirst = isHeld;
        isHeld = false;
        const answer = await given.read(operation, query);
        if (isFirst) await look.pass();
        return answer;
      },
      async write(operation, query) {
        await write.pass();
        return given.write(operation, query);
      },
    });
    const old = await seen(id);
    const edited = edit(id, 'New.');
    await write.reached;
    isHeld = true;
    const early = seen(id);
    await look.reached;
    write.release();
    await edited;
    expect(await seen(id)).toBe('New.');
    look.release();
    expect(await early).toBe(old);
    expect(await seen(id)).toBe('New.');
    expect(old).not.toBe('New.');
  });
});
