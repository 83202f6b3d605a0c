/** Accepts an invitation. One to an opportunity is a start, with its readiness; one to a lead is accepted at once. */
import { TextField } from '../parts/form.js';
import { useRequest } from '../parts/request.js';
import { InvitationFacts } from '../records/invitation-card.js';
import { InvitationPicker } from '../records/pickers.js';
import { RecordCard } from '../records/record-card.js';
import { CatalogField } from './catalog-field.js';
import { LeadAcceptance, useLeadAcceptance } from './lead-acceptance.js';
import { StartButton } from './start-button.js';
import { useIdentifier } from './use-identifier.js';
import { useStart } from './use-start.js';

const INVITATION_ID = /^(engi-[0-9a-z]{13}|arn:.*engagement-invitation\/engi-[0-9a-z]{13})$/;

export function AcceptForm({ query }: { readonly query: URLSearchParams }) {
  const { catalog, setCatalog, text, setText, identifier, settled, isWellFormed, isWrong, isShown, canChoose } =
    useIdentifier(query, INVITATION_ID);
  const { accept: start } = useStart();
  const loaded = useRequest('InvitationPage', isShown ? { catalog, identifier: settled } : null);
  const invitation = loaded.data?.engagementInvitation;
  const lead = invitation?.payloadType === 'LEAD_INVITATION' && identifier === settled ? invitation : null;
  const acceptance = useLeadAcceptance(lead, loaded.reload);
  return (
    <div class="columns">
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          void (lead === null ? start.run({ catalog, identifier }) : acceptance.run());
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
        {lead === null ? (
          <StartButton
            start={start}
            label="Accept the invitation"
            isReady={isWellFormed}
            isBlocked={invitation?.acceptanceVerdict === 'BLOCKED'}
          />
        ) : (
          <LeadAcceptance lead={lead} acceptance={acceptance} />
        )}
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
