/** An engagement, with the readiness of its leads to become opportunities. */
import type { Catalog } from '#gql';
import { LeadButton } from '../edit/edit-button.js';
import { Facts } from '../parts/pieces.js';
import { useReloadAfter, useRequest } from '../parts/request.js';
import { sentence } from '../parts/words.js';
import { Checks } from './checks.js';
import type { Context } from './lead.js';
import { RecordCard, Verdict } from './record-card.js';

type Props = {
  readonly catalog: Catalog;
  readonly identifier: string;
  /** The context to show; null for none. */
  readonly context: string | null;
  /** The state of the task beside which the record is shown. */
  readonly taskStatus: string;
};

export function EngagementCard({ catalog, identifier, context, taskStatus }: Props) {
  const loaded = useRequest('EngagementPage', { catalog, identifier });
  useReloadAfter(taskStatus, loaded.reload);
  return (
    <RecordCard what="Engagement" identifier={identifier} loaded={loaded}>
      {({ engagement }) => {
        if (engagement == null) return null;
        const shown = engagement.contexts.find((each) => each.identifier === context);
        return (
          <>
            <p class="record-name">
              <strong>{engagement.title ?? 'No title'}</strong>
              <span class="muted">{engagement.description}</span>
            </p>
            {shown !== undefined && <ContextFacts context={shown} />}
            {shown !== undefined && <LeadButton engagement={engagement} context={shown} onChanged={loaded.reload} />}
          </>
        );
      }}
    </RecordCard>
  );
}

function ContextFacts({ context }: { readonly context: Context }) {
  return (
    <>
      <Facts
        rows={[
          ['Context', `${context.identifier ?? ''} ${context.type == null ? '' : sentence(context.type)}`],
          ['Customer', context.lead?.customer?.companyName],
          ['Industry', context.lead?.customer?.industry],
          ['Qualification', context.lead?.qualificationStatus],
        ]}
      />
      <Verdict verdict={context.conversionVerdict} what="to become an opportunity" />
      <Checks checks={context.conversionReadiness} />
    </>
  );
}
