/** Submits an opportunity. Its readiness is shown before the start. */
import { useState } from 'preact/hooks';
import { TextField } from '../parts/form.js';
import { OpportunityPicker } from '../records/pickers.js';
import { RecordCard } from '../records/record-card.js';
import { OpportunityFacts, useOpportunity } from '../records/opportunity-card.js';
import { CatalogField } from './catalog-field.js';
import { CO_SELL, InvolvementFields } from './involvement-fields.js';
import { StartButton } from './start-button.js';
import { useIdentifier } from './use-identifier.js';
import { useStart } from './use-start.js';

export const OPPORTUNITY_ID = /^O\d{1,19}$/;

export function SubmitForm({ query }: { readonly query: URLSearchParams }) {
  const { catalog, setCatalog, text, setText, identifier, settled, isWellFormed, isWrong, isShown, canChoose } =
    useIdentifier(query, OPPORTUNITY_ID);
  const [awsSubmission, setSubmission] = useState(CO_SELL);
  const { submit: start } = useStart();
  const loaded = useOpportunity({ catalog, identifier: settled, awsSubmission }, isShown);
  const isBlocked = loaded.isCurrent && loaded.data?.opportunity?.submissionVerdict === 'BLOCKED';
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
        <TextField
          label="Opportunity"
          hint="The id of the opportunity: O and digits."
          error={
            start.errorOf('identifier') ?? (isWrong ? 'Expected O and up to 19 digits, for example O1000001.' : null)
          }
          value={text}
          onInput={setText}
        />
        <InvolvementFields value={awsSubmission} onChange={setSubmission} />
        <StartButton start={start} label="Submit to AWS" isReady={isWellFormed} isBlocked={isBlocked} />
      </form>
      {canChoose && <OpportunityPicker catalog={catalog} awsSubmission={awsSubmission} onChoose={setText} />}
      {isShown && identifier !== '' && (
        <RecordCard what="Opportunity" identifier={settled} loaded={loaded}>
          {({ opportunity }) =>
            opportunity == null ? null : (
              <OpportunityFacts
                key={opportunity.id}
                opportunity={opportunity}
                isCurrent={loaded.isCurrent}
                onChanged={loaded.reload}
              />
            )
          }
        </RecordCard>
      )}
    </div>
  );
}
