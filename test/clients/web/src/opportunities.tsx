/** The opportunities that wait for submission, their readiness, and a button that submits one. */
import { useMutation, useQuery } from '@apollo/client/react';
import { useState } from 'react';
import {
  OpportunitiesDocument,
  StartEngagementFromOpportunityTaskDocument,
  TaskListDocument,
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
  const [start, { data, loading, error }] = useMutation(StartEngagementFromOpportunityTaskDocument, {
    refetchQueries: [TaskListDocument],
  });
  const submit = async () => {
    const awsSubmission = { involvementType: 'CO_SELL', visibility: 'FULL' } as const;
    await start({
      variables: { input: { catalog: 'SANDBOX', identifier: opportunity.id, awsSubmission, clientToken } },
    });
    setClientToken(crypto.randomUUID());
  };
  const failed = opportunity.submissionReadiness?.filter(({ outcome }) => outcome === 'FAILED') ?? [];
  const refusals = data?.startEngagementFromOpportunityTask.userErrors.map(({ message }) => message) ?? [];
  return (
    <tr data-id={opportunity.id} data-blocked={failed.length > 0}>
      <td>{opportunity.id}</td>
      <td>{opportunity.customer?.account?.companyName}</td>
      <td>{failed.length === 0 ? 'Ready' : failed.map(({ message }) => message).join(' ')}</td>
      <td>
        <button disabled={loading} onClick={() => void submit().catch(() => {})}>
          Submit
        </button>
        {[...refusals, error?.message].join(' ')}
      </td>
    </tr>
  );
}
