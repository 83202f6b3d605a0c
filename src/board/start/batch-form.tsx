/** Submits many opportunities from a pasted list of identifiers, in batches of at most 200. */
import { useMemo, useState } from 'preact/hooks';
import type { StartEngagementFromOpportunityTasksMutation } from '#gql';
import { Field } from '../parts/form.js';
import { useAction } from '../parts/action.js';
import { FailureNotice, Notice } from '../parts/pieces.js';
import { href, useGo } from '../parts/route.js';
import { useSession } from '../session/session.js';
import { BatchReadiness } from './batch-readiness.js';
import { CatalogField, useFirstCatalog } from './catalog-field.js';
import { useClientTokens } from './client-token.js';
import { CO_SELL, InvolvementFields } from './involvement-fields.js';
import { OPPORTUNITY_ID } from './submit-form.js';

/** The largest batch of the gateway. */
const BATCH_SIZE = 200;
const MAX_BATCHES = 10;

type Refusal = { readonly identifier: string | null; readonly message: string };
type Payload = StartEngagementFromOpportunityTasksMutation['startEngagementFromOpportunityTasks'];

export function BatchForm({ query }: { readonly query: URLSearchParams }) {
  const { viewer } = useSession();
  const go = useGo();
  const [catalog, setCatalog] = useState(useFirstCatalog(query));
  const [text, setText] = useState('');
  const [awsSubmission, setSubmission] = useState(CO_SELL);
  const [refusals, setRefusals] = useState<readonly Refusal[]>([]);
  const [batchIds, setBatchIds] = useState<readonly string[]>([]);
  const start = useAction('StartEngagementFromOpportunityTasks');
  const tokens = useClientTokens();
  const { good, wrong, repeated } = useMemo(() => identifiersIn(text), [text]);
  const isTooLong = good.length > BATCH_SIZE * MAX_BATCHES;

  const run = async () => {
    setRefusals([]);
    const found: Refusal[] = [];
    const made: string[] = [];
    const inputs = good.map((identifier) => ({ catalog, identifier, awsSubmission }));
    for (let from = 0; from < inputs.length; from += BATCH_SIZE) {
      const part = inputs.slice(from, from + BATCH_SIZE);
      const data = await start.run({ inputs: part.map((input) => ({ ...input, clientToken: tokens.of(input) })) });
      // The tokens are kept, so that pressing the button again repeats what has no answer.
      if (data === null) return setRefusals(found);
      const payload = data.startEngagementFromOpportunityTasks;
      found.push(
        ...refusalsIn(
          payload,
          part.map(({ identifier }) => identifier),
        ),
      );
      if (payload.batch != null) made.push(payload.batch.id);
    }
    for (const input of inputs) tokens.settle(input);
    setBatchIds(made);
    setRefusals(found);
    if (found.length === 0 && made.length > 0) go(href(['batch', made.join(',')]));
  };
  return (
    <form
      class="card is-narrow"
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <CatalogField value={catalog} onChange={setCatalog} />
      <Field
        label="Opportunities"
        hint={<Count good={good.length} repeated={repeated} />}
        error={
          wrong.length > 0
            ? `Expected O and up to 19 digits, got ${wrong.slice(0, 3).join(', ')}${wrong.length > 3 ? ` and ${wrong.length - 3} more` : ''}.`
            : isTooLong
              ? `At most ${BATCH_SIZE * MAX_BATCHES} at a time, got ${good.length}.`
              : null
        }
      >
        {(control) => (
          <textarea
            {...control}
            class="is-list"
            rows={8}
            spellcheck={false}
            placeholder="Paste identifiers, separated by lines, spaces or commas"
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        )}
      </Field>
      <InvolvementFields value={awsSubmission} onChange={setSubmission} />
      {viewer.canReadRecords && (
        <BatchReadiness
          key={`${catalog} ${good.join(' ')} ${awsSubmission.involvementType} ${awsSubmission.visibility}`}
          catalog={catalog}
          identifiers={good}
          awsSubmission={awsSubmission}
          onLeaveOut={(left) => setText(good.filter((identifier) => !left.includes(identifier)).join('\n'))}
        />
      )}
      <div class="actions">
        {start.failure !== null && <FailureNotice failure={start.failure} what="The batch has no answer yet." />}
        {refusals.length > 0 && <Refusals refusals={refusals} batchIds={batchIds} />}
        <button
          type="submit"
          class="primary"
          disabled={good.length === 0 || wrong.length > 0 || isTooLong || start.isUnderWay}
        >
          {start.isUnderWay ? 'Storing the starts…' : `Submit ${good.length === 0 ? '' : good.length} to AWS`}
        </button>
        <span class="muted">AWS takes about one start a second. The starts are stored and sent in turn.</span>
      </div>
    </form>
  );
}

function Count({ good, repeated }: { readonly good: number; readonly repeated: number }) {
  return (
    <>
      {good === 1 ? '1 opportunity' : `${good} opportunities`}
      {repeated > 0 && `, ${repeated} repeated and counted once`}
    </>
  );
}

function Refusals({
  refusals,
  batchIds,
}: {
  readonly refusals: readonly Refusal[];
  readonly batchIds: readonly string[];
}) {
  return (
    <Notice
      tone="bad"
      title={refusals.length === 1 ? '1 start was refused.' : `${refusals.length} starts were refused.`}
      isAnswer
    >
      <ul>
        {refusals.map(({ identifier, message }) => (
          <li key={`${identifier} ${message}`}>
            {identifier !== null && <code>{identifier}</code>} {message}
          </li>
        ))}
      </ul>
      {batchIds.length > 0 && (
        <p>
          The others were started. <a href={href(['batch', batchIds.join(',')])}>Show them</a>
        </p>
      )}
    </Notice>
  );
}

function refusalsIn(payload: Payload, identifiers: readonly string[]): Refusal[] {
  const ofStarts = payload.results.flatMap(({ task, userErrors }, place) =>
    task == null ? userErrors.map(({ message }) => ({ identifier: identifiers[place] ?? null, message })) : [],
  );
  return [...payload.userErrors.map(({ message }) => ({ identifier: null, message })), ...ofStarts];
}

function identifiersIn(text: string) {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  const distinct = [...new Set(words)];
  return {
    good: distinct.filter((word) => OPPORTUNITY_ID.test(word)),
    wrong: distinct.filter((word) => !OPPORTUNITY_ID.test(word)),
    repeated: words.length - distinct.length,
  };
}
