/** Lists to choose a record from. They cost reads of AWS's quota, so they are read only when a person asks. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { AwsSubmissionInput, Catalog } from '#gql';
import { FailureNotice, Loading, VerdictBadge } from '../parts/pieces.js';
import { useRequest, type Loaded } from '../parts/request.js';
import { instantText } from '../parts/time.js';

type Item = {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly mark: ComponentChildren;
};

type OpportunityProps = {
  readonly catalog: Catalog;
  readonly awsSubmission: AwsSubmissionInput;
  readonly onChoose: (identifier: string) => void;
};

const OPPORTUNITIES = 10;
const INVITATIONS = 20;

export function OpportunityPicker({ catalog, awsSubmission, onChoose }: OpportunityProps) {
  const [isOpen, setOpen] = useState(false);
  const filter = { reviewStatuses: ['PENDING_SUBMISSION' as const] };
  const loaded = useRequest(
    'SubmissionWorklist',
    isOpen ? { catalog, awsSubmission, filter, first: OPPORTUNITIES } : null,
  );
  const nodes = loaded.data?.opportunities?.nodes ?? [];
  const items = nodes.flatMap((node): Item[] =>
    node === null
      ? []
      : [
          {
            id: node.id,
            title: node.project?.title ?? node.id,
            about: [node.id, node.customer?.account?.companyName].filter(Boolean).join(' · '),
            mark: <VerdictBadge verdict={node.submissionVerdict} />,
          },
        ],
  );
  return (
    <Picker
      title="Opportunities that wait for submission"
      cost={`Reads the ${OPPORTUNITIES} last changed and their readiness.`}
      isOpen={isOpen}
      onOpen={() => setOpen(true)}
      loaded={loaded}
      items={items}
      count={nodes.length}
      onChoose={onChoose}
    />
  );
}

type InvitationProps = { readonly catalog: Catalog; readonly onChoose: (identifier: string) => void };

export function InvitationPicker({ catalog, onChoose }: InvitationProps) {
  const [isOpen, setOpen] = useState(false);
  const filter = { statuses: ['PENDING' as const] };
  const loaded = useRequest('InvitationInbox', isOpen ? { catalog, filter, first: INVITATIONS } : null);
  const nodes = loaded.data?.engagementInvitations?.nodes ?? [];
  const items = nodes.flatMap((node): Item[] =>
    node === null
      ? []
      : [
          {
            id: node.id,
            title: node.engagementTitle ?? node.id,
            about: [node.id, node.payloadType === 'LEAD_INVITATION' && 'lead', node.senderCompanyName]
              .filter(Boolean)
              .join(' · '),
            mark: node.expiresAt == null ? null : <span class="muted">until {instantText(node.expiresAt)}</span>,
          },
        ],
  );
  return (
    <Picker
      title="Invitations that wait for an answer"
      cost="Reads the latest of them."
      isOpen={isOpen}
      onOpen={() => setOpen(true)}
      loaded={loaded}
      items={items}
      count={nodes.length}
      onChoose={onChoose}
    />
  );
}

type PickerProps = {
  readonly title: string;
  readonly cost: string;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
  readonly loaded: Loaded<unknown>;
  readonly items: readonly Item[];
  /** The number of records in the list, with those that could not be read. */
  readonly count: number;
  readonly onChoose: (identifier: string) => void;
};

function Picker({ title, cost, isOpen, onOpen, loaded: { data, failure }, items, count, onChoose }: PickerProps) {
  const unread = count - items.length;
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      {!isOpen ? (
        <p class="actions">
          <button type="button" onClick={onOpen}>
            Show them
          </button>
          <span class="muted">{cost}</span>
        </p>
      ) : failure !== null ? (
        <FailureNotice failure={failure} what="The list could not be read." />
      ) : data === null ? (
        <Loading lines={5} />
      ) : count === 0 ? (
        <p class="muted">There are none.</p>
      ) : (
        <ul class="contexts">
          {items.map(({ id, title: name, about, mark }) => (
            <li key={id}>
              <button type="button" onClick={() => onChoose(id)}>
                <span>
                  <strong>{name}</strong> <span class="muted">{about}</span>
                </span>
                {mark}
              </button>
            </li>
          ))}
          {unread > 0 && <li class="muted">{unread === count ? 'They' : `${unread} more`} could not be read.</li>}
        </ul>
      )}
    </section>
  );
}
