/** Accepts an invitation. Its readiness is shown before the start. */
import { useState } from 'preact/hooks';
import { Field } from '../parts/form.js';
import { useRequest, useSettled } from '../parts/request.js';
import { InvitationFacts } from '../records/invitation-card.js';
import { RecordCard } from '../records/record-card.js';
import { useSession } from '../session/session.js';
import { CatalogField, useFirstCatalog } from './catalog-field.js';
import { StartButton } from './start-button.js';
import { useStart } from './use-start.js';

const INVITATION_ID = /^(engi-[0-9a-z]{13}|arn:.*engagement-invitation\/engi-[0-9a-z]{13})$/;
const TYPING_MS = 400;

export function AcceptForm({ query }: { readonly query: URLSearchParams }) {
  const { viewer } = useSession();
  const [catalog, setCatalog] = useState(useFirstCatalog(query));
  const [text, setText] = useState(query.get('id') ?? '');
  const { accept: start } = useStart();
  const identifier = text.trim();
  const settled = useSettled(identifier, TYPING_MS);
  const isWellFormed = INVITATION_ID.test(identifier);
  const isShown = viewer.canReadRecords && INVITATION_ID.test(settled);
  const loaded = useRequest('InvitationPage', isShown ? { catalog, identifier: settled } : null);
  return (
    <div class="columns">
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          void start.run({ catalog, identifier });
        }}
      >
        <CatalogField value={catalog} onChange={setCatalog} />
        <Field
          label="Invitation"
          hint="The id of the invitation, or its ARN."
          error={
            start.errorOf('identifier') ??
            (identifier === '' || isWellFormed ? null : 'Expected engi- and 13 digits or small letters.')
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
        <StartButton
          start={start}
          label="Accept the invitation"
          isReady={isWellFormed}
          isBlocked={loaded.data?.engagementInvitation?.acceptanceVerdict === 'BLOCKED'}
        />
      </form>
      {isShown && (
        <RecordCard what="Invitation" identifier={settled} loaded={loaded}>
          {({ engagementInvitation }) =>
            engagementInvitation == null ? null : <InvitationFacts invitation={engagementInvitation} />
          }
        </RecordCard>
      )}
    </div>
  );
}
