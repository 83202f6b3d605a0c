/** Submits an opportunity. Its readiness is shown before the start. */
import { useState } from 'preact/hooks';
import { Field } from '../parts/form.js';
import { useSettled } from '../parts/request.js';
import { RecordCard } from '../records/record-card.js';
import { OpportunityFacts, useOpportunity } from '../records/opportunity-card.js';
import { useSession } from '../session/session.js';
import { CatalogField, useFirstCatalog } from './catalog-field.js';
import { CO_SELL, InvolvementFields } from './involvement-fields.js';
import { StartButton } from './start-button.js';
import { useStart } from './use-start.js';

export const OPPORTUNITY_ID = /^O\d{1,19}$/;
const TYPING_MS = 400;

export function SubmitForm({ query }: { readonly query: URLSearchParams }) {
  const { viewer } = useSession();
  const [catalog, setCatalog] = useState(useFirstCatalog(query));
  const [text, setText] = useState(query.get('id') ?? '');
  const [awsSubmission, setSubmission] = useState(CO_SELL);
  const { submit: start } = useStart();
  const identifier = text.trim();
  const settled = useSettled(identifier, TYPING_MS);
  const isWellFormed = OPPORTUNITY_ID.test(identifier);
  const isShown = viewer.canReadRecords && OPPORTUNITY_ID.test(settled);
  const loaded = useOpportunity({ catalog, identifier: settled, awsSubmission }, isShown);
  const isBlocked = loaded.data?.opportunity?.submissionVerdict === 'BLOCKED';
  return (
    <div class="columns">
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          void start.run({ catalog, identifier, awsSubmission });
        }}
      >
        <CatalogField value={catalog} onChange={setCatalog} />
        <Field
          label="Opportunity"
          hint="The id of the opportunity: O and digits."
          error={
            start.errorOf('identifier') ??
            (identifier === '' || isWellFormed ? null : 'Expected O and up to 19 digits, for example O1000001.')
          }
        >
          {(control) => (
            <input
              {...control}
              type="text"
              autocomplete="off"
              spellcheck={false}
              value={text}
              onInput={({ currentTarget }) => setText(currentTarget.value)}
            />
          )}
        </Field>
        <InvolvementFields value={awsSubmission} onChange={setSubmission} />
        <StartButton start={start} label="Submit to AWS" isReady={isWellFormed} isBlocked={isBlocked} />
      </form>
      {isShown && (
        <RecordCard what="Opportunity" identifier={settled} loaded={loaded}>
          {({ opportunity }) =>
            opportunity == null ? null : <OpportunityFacts opportunity={opportunity} onChanged={loaded.reload} />
          }
        </RecordCard>
      )}
    </div>
  );
}
