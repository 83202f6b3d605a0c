/** The members and the findings of AWS that an invitation shows before it is accepted. */
import { Field, ObjectType } from 'type-graphql';
import type { EnrichmentContext as EnrichmentContextRecord } from '../../partner-central/model/prospecting-types.js';
import { Prospect } from '../engagement/prospecting.type.js';

@ObjectType('EngagementMember', { description: 'A company that takes part in an engagement.', simpleResolvers: true })
export class EngagementMember {
  @Field(() => String, { nullable: true, description: 'Name of the company. Null if AWS gives none.' })
  readonly companyName: string | null;

  @Field(() => String, { nullable: true, description: 'Web site of the company. Null if AWS gives none.' })
  readonly websiteUrl: string | null;
}

@ObjectType('EnrichmentContext', {
  description: 'The findings of AWS that help to decide about an invitation.',
  simpleResolvers: true,
})
export class EnrichmentContext implements EnrichmentContextRecord {
  @Field(() => Prospect, { nullable: true, description: 'Findings about the prospect. Null if AWS gives none.' })
  readonly prospect: Prospect | null;

  @Field(() => String, {
    nullable: true,
    description: "AWS's estimate of the lead's readiness: `High`, `Medium` or `Low`. Null if AWS gives none.",
  })
  readonly leadReadinessScore: string | null;
}
