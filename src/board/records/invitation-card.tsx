/** An invitation, with its readiness to be accepted by a task. */
import type { Catalog, InvitationPageQuery } from '#gql';
import { Facts, Instant } from '../parts/pieces.js';
import { useReloadAfter, useRequest } from '../parts/request.js';
import { instantText } from '../parts/time.js';
import { sentence } from '../parts/words.js';
import { Checks } from './checks.js';
import { RecordCard, Verdict } from './record-card.js';

type Props = {
  readonly catalog: Catalog;
  readonly identifier: string;
  /** The state of the task beside which the record is shown. */
  readonly taskStatus: string;
};
export type Invitation = NonNullable<InvitationPageQuery['engagementInvitation']>;

export function InvitationCard({ catalog, identifier, taskStatus }: Props) {
  const loaded = useRequest('InvitationPage', { catalog, identifier });
  useReloadAfter(taskStatus, loaded.reload);
  return (
    <RecordCard what="Invitation" identifier={identifier} loaded={loaded}>
      {({ engagementInvitation }) =>
        engagementInvitation == null ? null : <InvitationFacts invitation={engagementInvitation} />
      }
    </RecordCard>
  );
}

export function InvitationFacts({ invitation }: { readonly invitation: Invitation }) {
  const { payloadType, expiresAt } = invitation;
  const isLead = payloadType === 'LEAD_INVITATION';
  return (
    <>
      <p class="record-name">
        <strong>{invitation.engagementTitle ?? 'No title'}</strong>
        <span class="muted">{invitation.senderCompanyName}</span>
      </p>
      <Facts
        rows={[
          ['Invites to', payloadType == null ? null : isLead ? 'A lead' : 'An opportunity'],
          ['Status', invitation.status == null ? null : sentence(invitation.status)],
          ['Message', invitation.message],
          ['Expires', expiresAt == null ? null : <Instant at={expiresAt}>{instantText(expiresAt)}</Instant>],
        ]}
      />
      {/* The readiness is that for a task, which accepts no lead. */}
      {!isLead && <Verdict verdict={invitation.acceptanceVerdict} what="to be accepted" />}
      {!isLead && <Checks checks={invitation.acceptanceReadiness} />}
    </>
  );
}
