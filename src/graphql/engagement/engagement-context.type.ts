import { Field, ObjectType } from 'type-graphql';
import type {
  ContextType,
  Engagement,
  EngagementContext as ContextRecord,
} from '../../partner-central/model/record-types.js';
import { conversionChecks } from '../../records/readiness/conversion.js';
import type { Check } from '../../records/readiness/rule.js';
import { CustomerProject } from './customer-project.type.js';
import { EngagementContextTypeEnum } from './engagement-context-type.enum.js';
import { Lead } from './lead.type.js';
import { ReadinessCheck } from '../readiness/readiness-check.type.js';

@ObjectType('EngagementContext', {
  description: 'One of the up to five things that an engagement is about.',
  simpleResolvers: true,
})
export class EngagementContext {
  readonly #engagement: Engagement;
  readonly #context: ContextRecord;

  /** Not `id`: it is unique within its engagement only, and clients' caches take an `id` for unique. */
  @Field(() => String, {
    nullable: true,
    description:
      "The context's number within its engagement, for example `1`. `startOpportunityFromEngagementTask` takes it as `contextIdentifier`.",
  })
  readonly identifier: string | null;

  @Field(() => EngagementContextTypeEnum, {
    nullable: true,
    description: 'What it holds; null also for a type that this schema does not know.',
  })
  readonly type: ContextType | null;

  @Field(() => Lead, { nullable: true, description: 'The lead; null unless the type is `LEAD`.' })
  readonly lead: Lead | null;

  @Field(() => CustomerProject, {
    nullable: true,
    description: 'The project; null unless the type is `CUSTOMER_PROJECT`.',
  })
  readonly customerProject: CustomerProject | null;

  constructor(engagement: Engagement, context: ContextRecord) {
    this.#engagement = engagement;
    this.#context = context;
    this.identifier = context.id;
    this.type = context.type;
    this.lead = context.lead;
    this.customerProject = context.customerProject;
  }

  @Field(() => [ReadinessCheck], {
    description:
      'Whether `startOpportunityFromEngagementTask` would go through for this context, rule by rule. Costs no further call.',
  })
  conversionReadiness(): readonly Check[] {
    return conversionChecks(this.#engagement, this.#context);
  }
}
