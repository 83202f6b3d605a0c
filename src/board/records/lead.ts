/** An engagement and its leads as the board reads them. */
import type { EngagementPageQuery } from '#gql';

export type Engagement = NonNullable<EngagementPageQuery['engagement']>;
export type Context = Engagement['contexts'][number];
export type Lead = NonNullable<Context['lead']>;
