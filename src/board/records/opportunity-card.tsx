/** An opportunity: what it is about, the state of the review, and its readiness for a submission. */
import type { Catalog } from '#gql';
import { EditButton } from '../edit/edit-button.js';
import { Badge, Facts, Loading } from '../parts/pieces.js';
import { useReloadAfter, useRequest } from '../parts/request.js';
import { sentence, type Word } from '../parts/words.js';
import { Checks } from './checks.js';
import type { Opportunity } from './opportunity.js';
import { RecordCard, Verdict } from './record-card.js';

type Submission = { readonly involvementType: string; readonly visibility?: string | null };

type Props = {
  readonly catalog: Catalog;
  readonly identifier: string;
  /** Null if the involvement of AWS is not planned yet. */
  readonly awsSubmission: Submission | null;
  /** True once it was submitted, so that its readiness matters only for another submission. */
  readonly isSubmitted?: boolean;
  /** The state of the task beside which the record is shown. */
  readonly taskStatus?: string;
};

/**
 * The opportunity, and whether its readiness is that for `awsSubmission`. When the planned involvement changes, the
 * record stays in sight while its readiness is read. A person may be typing in the form that belongs to it.
 */
export function useOpportunity({ catalog, identifier, awsSubmission }: Props, isWanted = true) {
  const involvement = awsSubmission?.involvementType;
  const visibility = awsSubmission?.visibility;
  const loaded = useRequest(
    'OpportunityPage',
    isWanted
      ? {
          catalog,
          identifier,
          awsSubmission:
            involvement === 'CO_SELL' || involvement === 'FOR_VISIBILITY_ONLY'
              ? {
                  involvementType: involvement,
                  visibility: visibility === 'FULL' || visibility === 'LIMITED' ? visibility : null,
                }
              : null,
        }
      : null,
  );
  const { data, latest } = loaded;
  const known = latest?.opportunity;
  const isKnown = isWanted && known?.id === identifier && known.catalog === catalog;
  return { ...loaded, data: data ?? (isKnown ? latest : null), isCurrent: data !== null };
}

export function OpportunityCard(props: Props) {
  const loaded = useOpportunity(props);
  useReloadAfter(props.taskStatus, loaded.reload);
  return (
    <RecordCard what="Opportunity" identifier={props.identifier} loaded={loaded}>
      {({ opportunity }) =>
        opportunity == null ? null : (
          <OpportunityFacts
            opportunity={opportunity}
            isSubmitted={props.isSubmitted ?? false}
            isCurrent={loaded.isCurrent}
            onChanged={loaded.reload}
          />
        )
      }
    </RecordCard>
  );
}

type FactsProps = {
  readonly opportunity: Opportunity;
  readonly isSubmitted?: boolean;
  /** False while the readiness is not known. */
  readonly isCurrent: boolean;
  /** Called after an edit. */
  readonly onChanged: () => void;
};

export function OpportunityFacts({ opportunity, isSubmitted = false, isCurrent, onChanged }: FactsProps) {
  const { customer, project, lifeCycle } = opportunity;
  const spend = project?.expectedCustomerSpend[0];
  const review = lifeCycle?.reviewStatus ?? null;
  const readiness = isCurrent ? <Readiness opportunity={opportunity} /> : <Loading lines={3} />;
  return (
    <>
      <p class="record-name">
        <strong>{project?.title ?? 'No title'}</strong>
        <span class="muted">{customer?.account?.companyName ?? 'No customer'}</span>
      </p>
      <Facts
        rows={[
          ['Review', review === null ? null : <Badge word={reviewWord(review)} />],
          ['Stage', lifeCycle?.stage == null ? null : sentence(lifeCycle.stage)],
          ['Closes', lifeCycle?.targetCloseDate],
          [
            'Spend',
            spend?.amount == null ? null : `${spend.amount} ${spend.currencyCode ?? ''} ${spend.frequency ?? ''}`,
          ],
          ['Reviewer', lifeCycle?.reviewComments],
          ['Reason', lifeCycle?.reviewStatusReason],
        ]}
      />
      {isSubmitted ? (
        <details>
          <summary>Readiness for another submission</summary>
          {readiness}
        </details>
      ) : (
        readiness
      )}
      <EditButton opportunity={opportunity} onChanged={onChanged} />
    </>
  );
}

function Readiness({ opportunity }: { readonly opportunity: Opportunity }) {
  return (
    <>
      <Verdict verdict={opportunity.submissionVerdict} what="for a submission to AWS" />
      <Checks checks={opportunity.submissionReadiness} />
    </>
  );
}

function reviewWord(review: string): Word {
  const tone = {
    APPROVED: 'good',
    REJECTED: 'bad',
    ACTION_REQUIRED: 'warn',
    IN_REVIEW: 'busy',
    SUBMITTED: 'busy',
  } as const;
  return { text: sentence(review), tone: Object.entries(tone).find(([name]) => name === review)?.[1] ?? 'quiet' };
}
