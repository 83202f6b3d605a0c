/** Turns a lead of an engagement into a draft opportunity. The leads are shown with their readiness. */
import { useState } from 'preact/hooks';
import { LeadButton } from '../edit/edit-button.js';
import { TextField } from '../parts/form.js';
import { VerdictBadge } from '../parts/pieces.js';
import { useRequest } from '../parts/request.js';
import { sentence } from '../parts/words.js';
import { Checks } from '../records/checks.js';
import type { Context } from '../records/lead.js';
import { RecordCard } from '../records/record-card.js';
import { CatalogField } from './catalog-field.js';
import { StartButton } from './start-button.js';
import { useIdentifier } from './use-identifier.js';
import { useStart } from './use-start.js';

const ENGAGEMENT_ID = /^(eng-[0-9a-z]{14}|arn:.*engagement\/eng-[0-9a-z]{14})$/;

export function ConvertForm({ query }: { readonly query: URLSearchParams }) {
  const { catalog, setCatalog, text, setText, identifier, settled, isWellFormed, isWrong, isShown } = useIdentifier(
    query,
    ENGAGEMENT_ID,
  );
  const [contextIdentifier, setContext] = useState(query.get('context') ?? '');
  const { convert: start } = useStart();
  const loaded = useRequest('EngagementPage', isShown ? { catalog, identifier: settled } : null);
  const contexts = loaded.data?.engagement?.contexts ?? [];
  const chosen = contexts.find((context) => context.identifier === contextIdentifier.trim());
  return (
    <div class="columns">
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          void start.run({ catalog, identifier, contextIdentifier: contextIdentifier.trim() });
        }}
      >
        <CatalogField value={catalog} onChange={setCatalog} />
        <TextField
          label="Engagement"
          hint="The id of the engagement that holds the lead, or its ARN."
          error={start.errorOf('identifier') ?? (isWrong ? 'Expected eng- and 14 digits or small letters.' : null)}
          value={text}
          onInput={setText}
        />
        <TextField
          label="Context"
          hint={
            contexts.length > 0
              ? 'Choose a lead, or type the identifier.'
              : 'The identifier of the context that holds the lead.'
          }
          error={start.errorOf('contextIdentifier')}
          value={contextIdentifier}
          onInput={setContext}
        />
        <StartButton
          start={start}
          label="Convert the lead"
          isReady={isWellFormed && contextIdentifier.trim() !== ''}
          isBlocked={chosen?.conversionVerdict === 'BLOCKED'}
        />
      </form>
      {isShown && (
        <RecordCard what="Engagement" identifier={settled} loaded={loaded}>
          {({ engagement }) =>
            engagement == null ? null : (
              <>
                <p class="record-name">
                  <strong>{engagement.title ?? 'No title'}</strong>
                  <span class="muted">{engagement.description}</span>
                </p>
                <Contexts contexts={contexts} chosen={contextIdentifier.trim()} onChoose={setContext} />
                {chosen !== undefined && (
                  <LeadButton
                    key={chosen.identifier}
                    engagement={engagement}
                    context={chosen}
                    onChanged={loaded.reload}
                  />
                )}
              </>
            )
          }
        </RecordCard>
      )}
    </div>
  );
}

type ContextsProps = {
  readonly contexts: readonly Context[];
  readonly chosen: string;
  readonly onChoose: (identifier: string) => void;
};

function Contexts({ contexts, chosen, onChoose }: ContextsProps) {
  if (contexts.length === 0) return <p class="muted">The engagement has no contexts.</p>;
  return (
    <ul class="contexts">
      {contexts.map((context) => (
        <li key={context.identifier}>
          <button
            type="button"
            aria-pressed={context.identifier === chosen}
            onClick={() => onChoose(context.identifier ?? '')}
          >
            <span>
              <strong>
                {context.lead?.customer?.companyName ?? (context.type == null ? 'Context' : sentence(context.type))}
              </strong>{' '}
              <span class="muted">
                {context.identifier} {context.lead?.qualificationStatus}
              </span>
            </span>
            <VerdictBadge verdict={context.conversionVerdict} />
          </button>
          {context.identifier === chosen && <Checks checks={context.conversionReadiness} />}
        </li>
      ))}
    </ul>
  );
}
