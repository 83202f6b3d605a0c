/** Accepts an invitation to a lead. No task does that, so the next step is the conversion of the lead. */
import { useState } from 'preact/hooks';
import type { AcceptEngagementInvitationMutation } from '#gql';
import { useAction } from '../parts/action.js';
import { FailureNotice, Notice } from '../parts/pieces.js';
import { href } from '../parts/route.js';
import type { Invitation } from '../records/invitation-card.js';
import { useSession } from '../session/session.js';

type Answer = AcceptEngagementInvitationMutation['acceptEngagementInvitation'];
type Props = { readonly lead: Invitation; readonly acceptance: ReturnType<typeof useLeadAcceptance> };

/**
 * @param lead the invitation that the page shows; null if it is not to a lead
 * @param onAnswer called after each answer, so that the record is read again
 */
export function useLeadAcceptance(lead: Invitation | null, onAnswer: () => void) {
  const { viewer } = useSession();
  const accept = useAction('AcceptEngagementInvitation');
  const [last, setLast] = useState<{ readonly key: string; readonly answer: Answer } | null>(null);
  const answer = last?.key === lead?.key ? last?.answer : undefined;
  const isAnswered = answer?.engagementInvitation?.status === 'ACCEPTED';
  const status = isAnswered ? 'ACCEPTED' : lead?.status;
  const isOver = status === 'ACCEPTED' || status === 'REJECTED' || status === 'EXPIRED';
  return {
    isUnderWay: accept.isUnderWay,
    failure: accept.failure,
    errors: answer?.userErrors ?? [],
    status,
    /** True if the person has just accepted the lead. */
    isAnswered,
    isOver,
    isAllowed: viewer.canEditRecords,
    async run() {
      if (lead === null || isOver || !viewer.canEditRecords) return;
      const { key, catalog, id: identifier } = lead;
      setLast(null);
      const data = await accept.run({ input: { catalog, identifier } });
      if (data === null) return;
      setLast({ key, answer: data.acceptEngagementInvitation });
      onAnswer();
    },
  };
}

/** The button of the acceptance; the next step once the lead is accepted. */
export function LeadAcceptance({ lead, acceptance }: Props) {
  const { isUnderWay, failure, errors, status, isAnswered, isOver, isAllowed } = acceptance;
  if (status === 'ACCEPTED')
    return (
      <div class="actions">
        <Notice tone="good" title="The lead is accepted." isAnswer={isAnswered}>
          <p>The next step is to qualify it, and to convert it into an opportunity.</p>
        </Notice>
        <a class="button" href={href(['start', 'convert'], { id: lead.engagementId, catalog: lead.catalog })}>
          Convert the lead
        </a>
      </div>
    );
  if (isOver) return <p class="muted">The lead can no longer be accepted. Ask the sender for a new invitation.</p>;
  if (!isAllowed) return <p class="muted">To accept a lead, you need the right to edit records.</p>;
  return (
    <div class="actions">
      {errors.map(({ message }) => (
        <Notice key={message} tone="bad" isAnswer>
          <p>{message}</p>
        </Notice>
      ))}
      {failure !== null && <FailureNotice failure={failure} what="The acceptance has no answer yet." />}
      <button type="submit" class="primary" disabled={isUnderWay}>
        {isUnderWay ? (failure === null ? 'Waiting for AWS…' : 'Sending again…') : 'Accept the lead'}
      </button>
      <span class="muted">Once it is accepted, it can be converted into an opportunity.</span>
    </div>
  );
}
