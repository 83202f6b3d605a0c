/** Accepts an invitation. Its readiness is shown before the start. */
import { TextField } from '../parts/form.js';
import { useRequest } from '../parts/request.js';
import { InvitationFacts } from '../records/invitation-card.js';
import { InvitationPicker } from '../records/pickers.js';
import { RecordCard } from '../records/record-card.js';
import { CatalogField } from './catalog-field.js';
import { StartButton } from './start-button.js';
import { useIdentifier } from './use-identifier.js';
import { useStart } from './use-start.js';

const INVITATION_ID = /^(engi-[0-9a-z]{13}|arn:.*engagement-invitation\/engi-[0-9a-z]{13})$/;

export function AcceptForm({ query }: { readonly query: URLSearchParams }) {
  const { catalog, setCatalog, text, setText, identifier, settled, isWellFormed, isWrong, isShown, canChoose } =
    useIdentifier(query, INVITATION_ID);
  const { accept: start } = useStart();
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
        <TextField
          label="Invitation"
          hint="The id of the invitation, or its ARN."
          error={start.errorOf('identifier') ?? (isWrong ? 'Expected engi- and 13 digits or small letters.' : null)}
          value={text}
          onInput={setText}
        />
        <StartButton
          start={start}
          label="Accept the invitation"
          isReady={isWellFormed}
          isBlocked={loaded.data?.engagementInvitation?.acceptanceVerdict === 'BLOCKED'}
        />
      </form>
      {canChoose && <InvitationPicker catalog={catalog} onChoose={setText} />}
      {isShown && identifier !== '' && (
        <RecordCard what="Invitation" identifier={settled} loaded={loaded}>
          {({ engagementInvitation }) =>
            engagementInvitation == null ? null : <InvitationFacts invitation={engagementInvitation} />
          }
        </RecordCard>
      )}
    </div>
  );
}
