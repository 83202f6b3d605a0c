/** AWS's side of a submitted opportunity. AWS fills it in the hours and days after the submission. */
import type { Catalog } from '#gql';
import { Facts } from '../parts/pieces.js';
import { useRequest } from '../parts/request.js';
import { involvementWord } from '../parts/words.js';
import { RecordCard } from './record-card.js';

type Props = { readonly catalog: Catalog; readonly identifier: string };

export function AwsSideCard({ catalog, identifier }: Props) {
  const loaded = useRequest('OpportunityAwsSide', { catalog, identifier });
  return (
    <RecordCard what="AWS's side" identifier={identifier} loaded={loaded}>
      {({ opportunity }) => {
        const aws = opportunity?.aws;
        if (aws == null) return <p class="muted">AWS has not begun.</p>;
        const people = aws.team.map(({ firstName, lastName, businessTitle }) =>
          [firstName, lastName, businessTitle === null ? null : `(${businessTitle})`].filter(Boolean).join(' '),
        );
        return (
          <>
            <Facts
              rows={[
                ['Stage', aws.stage],
                ['Involvement', aws.involvementType == null ? null : involvementWord(aws.involvementType)],
                ['Motion', aws.cosellMotion],
                ['Engagement', aws.engagementScore],
                ['Quality', aws.qualityScore == null ? null : `${aws.qualityScore} of 100 ${aws.qualityTrend ?? ''}`],
                ['Closes', aws.targetCloseDate],
                ['People', people.join(', ')],
                ['Next steps', aws.nextSteps],
                ['Next actions', aws.nextBestActions],
              ]}
            />
            {aws.recommendations.length > 0 && (
              <ul class="recommendations">
                {aws.recommendations.map(({ type, details }) => (
                  <li key={`${type} ${details}`}>{details}</li>
                ))}
              </ul>
            )}
            {aws.stage == null && <p class="muted">AWS fills this after its review.</p>}
          </>
        );
      }}
    </RecordCard>
  );
}
