/** The opportunities that wait for submission, a badge with the verdict on each, and a button that submits one. */
import { useMutation, useQuery } from '@apollo/client/react';
import { useState } from 'react';
import {
  OpportunitiesDocument,
  StartEngagementFromOpportunityTaskDocument,
  type OpportunitiesQuery,
} from './gql/graphql';

type Opportunity = NonNullable<NonNullable<OpportunitiesQuery['opportunities']>['nodes'][number]>;

export function Opportunities() {
  const { data, error } = useQuery(OpportunitiesDocument);
  if (error !== undefined) return <p role="alert">{error.message}</p>;
  return (
    <table id="opportunities">
      <tbody>{data?.opportunities?.nodes.map((node) => node && <Row key={node.id} opportunity={node} />)}</tbody>
    </table>
  );
}

function Row({ opportunity }: { opportunity: Opportunity }) {
  // The token belongs to the action of the user, so that a repeated request starts nothing twice.
  const [clientToken, setClientToken] = useState(() => crypto.randomUUID());
  // The feed of the page brings the new task.
  const [start, { data, loading, error }] = useMutation(StartEngagementFromOpportunityTaskDocument);
  const submit = async () => {
    const awsSubmission = { involvementType: 'CO_SELL', visibility: 'FULL' } as const;
    await start({
      variables: { input: { catalog: 'SANDBOX', identifier: opportunity.id, awsSubmission, clientToken } },
    });
    setClientToken(crypto.randomUUID());
  };
  const refusals = data?.startEngagementFromOpportunityTask.userErrors.map(({ message }) => message) ?? [];
  return (
    <tr data-id={opportunity.id}>
      <td>{opportunity.id}</td>
      <td>{opportunity.customer?.account?.companyName}</td>
      <td>
        <Badge opportunity={opportunity} />
      </td>
      <td>
        <button disabled={loading} onClick={() => void submit().catch(() => {})}>
          Submit
        </button>
        {[...refusals, error?.message].join(' ')}
      </td>
    </tr>
  );
}

/** The verdict, and the messages of the rules that decide it. AWS decides, so the button stays enabled. */
function Badge({ opportunity: { submissionVerdict, submissionReadiness } }: { opportunity: Opportunity }) {
  const obstacles = submissionReadiness?.filter(({ isObstacle }) => isObstacle) ?? [];
  return (
    <>
      <strong data-verdict={submissionVerdict}>{wordFor(submissionVerdict)}</strong>
      <ul>
        {obstacles.map(({ rule, message }) => (
          <li key={rule} data-rule={rule}>
            {message}
          </li>
        ))}
      </ul>
    </>
  );
}

function wordFor(verdict: Opportunity['submissionVerdict']): string {
  switch (verdict) {
    case 'CLEAR':
      return 'Ready';
    case 'BLOCKED':
      return 'Not ready';
    default:
      return 'Open';
  }
}
