/** An opportunity as the board reads it. */
import type { OpportunityPageQuery } from '#gql';

export type Opportunity = NonNullable<OpportunityPageQuery['opportunity']>;
export type Check = Opportunity['submissionReadiness'][number];
