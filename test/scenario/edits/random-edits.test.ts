/**
 * Several callers edit the same opportunities at random, over two gateways and beside the genuine SDK, while the
 * simulator breaks connections. Every accepted update must be exactly one edit, and must change exactly what that edit
 * names. EDIT_SEED repeats a run.
 */
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createGateway } from '../../../src/gateway.js';
import { createTelemetry } from '../../../src/runtime/telemetry.js';
import { isRecord } from '../../../src/runtime/guards.js';
import { acceptedUpdates } from '../../support/aws/journal.js';
import { createRandom, type Random } from '../../support/fakes/random.js';
import { atAws } from '../../support/clients/seller.js';
import { whenDone } from '../../support/harness/cleanup.js';
import { temporaryDirectory } from '../../support/harness/directory.js';
import { configOf, startGateway } from '../../support/harness/gateway.js';

const SEED = Number(process.env['EDIT_SEED'] ?? Date.now() % 1_000_000);
const CALLERS = 4;
const EDITS_EACH = 12;
const IDS = ['O5000001', 'O5000002'];
/** Members of texts, as the patch and AWS name them. */
const MEMBERS = [
  ['lifeCycle.nextSteps', 'LifeCycle.NextSteps'],
  ['project.title', 'Project.Title'],
  ['project.additionalComments', 'Project.AdditionalComments'],
  ['customer.account.address.city', 'Customer.Account.Address.City'],
  ['marketing.campaignName', 'Marketing.CampaignName'],
] as const;

const EDIT = `mutation ($input: UpdateOpportunityInput!) {
  updateOpportunity(input: $input) { opportunity { lastModifiedAt } changed userErrors { code mayBeDone } }
}`;

type Edit = {
  readonly id: string;
  readonly values: ReadonlyMap<string, string>;
  outcome: 'done' | 'refused' | 'open';
  code: string | null;
};

test(`random edits of several callers lose no update (seed ${SEED})`, async () => {
  const journal = join(temporaryDirectory(), 'journal.jsonl');
  const first = await startGateway({ CATALOGS: 'SANDBOX' }, { journal });
  const { simulator } = first;
  const settings = configOf({
    CATALOGS: 'SANDBOX',
    PARTNER_CENTRAL_ENDPOINT: simulator.endpoint,
    WRITES_PER_SECOND: '500',
  });
  const second = await createGateway(settings, { telemetry: createTelemetry({ level: 'silent' }) });
  whenDone(() => second.stop());
  const aws = atAws(first);
  const before = new Map(await Promise.all(IDS.map(async (id) => [id, flat(await aws.getOpportunity(id))] as const)));

  const edits: Edit[] = [];
  const urls = [first.url, second.url];
  await Promise.all(
    Array.from({ length: CALLERS }, async (_, caller) => {
      const random = createRandom(SEED, `caller ${caller}`);
      for (let count = 0; count < EDITS_EACH; count += 1) {
        if (random.chance(0.3)) {
          const kind = random.pick(['reset-before', 'reset-after', 'half-answer'] as const);
          simulator.inject({ operation: 'UpdateOpportunity', times: 1, fault: { kind } });
        }
        edits.push(await editOnce(random.pick(urls), `${caller}-${count}`, random));
      }
    }),
  );

  const explained = new Set<Edit>();
  for (const id of IDS) {
    let state = before.get(id) ?? new Map<string, string>();
    for (const { request } of acceptedUpdates(journal, 'UpdateOpportunity', id)) {
      const next = flat(request);
      const changed = new Map(
        MEMBERS.flatMap(([, aws]) => (state.get(aws) === next.get(aws) ? [] : [[aws, next.get(aws)]])),
      );
      const edit = edits.find((one) => one.id === id && !explained.has(one) && isEdit(one, changed));
      expect(`${id}: ${edit === undefined ? JSON.stringify([...changed]) : 'explained'}`).toBe(`${id}: explained`);
      if (edit !== undefined) explained.add(edit);
      const others = (flatState: ReadonlyMap<string, string>) =>
        [...flatState]
          .filter(([path]) => !IGNORED.test(path) && !MEMBERS.some(([, aws]) => aws === path))
          .toSorted(byPath);
      expect(others(next)).toEqual(others(state));
      state = next;
    }
  }
  for (const edit of edits) {
    if (edit.outcome === 'done') expect([edit, explained.has(edit)]).toEqual([edit, true]);
    if (edit.outcome === 'refused') expect([edit, explained.has(edit)]).toEqual([edit, false]);
  }
  const done = edits.filter(({ outcome }) => outcome === 'done').length;
  process.stderr.write(`${done} of ${edits.length} edits made, seed ${SEED}\n`);
  expect(done).toBeGreaterThan(EDITS_EACH);
}, 300_000);

/** Members that AWS writes, or that are keys of the request. */
const IGNORED =
  /^(Id|Identifier|Arn|Catalog|CreatedDate|LastModifiedDate|RelatedEntityIdentifiers|OpportunityTeam|\$metadata)\b/;

async function editOnce(url: string, name: string, random: Random): Promise<Edit> {
  const chosen = new Set([random.pick(MEMBERS), ...(random.chance(0.4) ? [random.pick(MEMBERS)] : [])]);
  const values = new Map([...chosen].map(([, aws]) => [aws, `Edit ${name}`]));
  const id = random.pick(IDS);
  const patch = [...chosen].reduce<object>((all, [path]) => deepMerge(all, path.split('.'), `Edit ${name}`), {});
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: EDIT, variables: { input: { catalog: 'SANDBOX', identifier: id, patch } } }),
  });
  const { data, errors }: any = await response.json();
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  const [error] = data.updateOpportunity.userErrors;
  const outcome = error === undefined ? 'done' : error.mayBeDone ? 'open' : 'refused';
  return { id, values, outcome, code: error?.code ?? null };
}

function deepMerge(all: object, [name = '', ...rest]: readonly string[], value: string): object {
  const inner: unknown = new Map(Object.entries(all)).get(name);
  return { ...all, [name]: rest.length === 0 ? value : deepMerge(isRecord(inner) ? inner : {}, rest, value) };
}

function isEdit({ values }: Edit, changed: ReadonlyMap<string, string | undefined>): boolean {
  return (
    changed.size === values.size && [...changed].every(([aws, value]) => JSON.stringify(values.get(aws)) === value)
  );
}

const byPath = ([one]: readonly [string, string], [other]: readonly [string, string]) => (one < other ? -1 : 1);

/** The values by path, as JSON. */
function flat(value: unknown, path = ''): Map<string, string> {
  if (value instanceof Date) return new Map([[path, JSON.stringify(value)]]);
  if (!isRecord(value)) return value === undefined ? new Map() : new Map([[path, JSON.stringify(value)]]);
  return new Map(
    Object.entries(value).flatMap(([name, member]) => [...flat(member, path === '' ? name : `${path}.${name}`)]),
  );
}
