/** A context of an engagement, with the readiness of its lead. */
import { Field, ObjectType } from 'type-graphql';
import type {
  ContextType,
  Engagement,
  EngagementContext as ContextRecord,
} from '../../partner-central/model/record-types.js';
import { conversionChecks } from '../../records/readiness/conversion.js';
import type { Check } from '../../records/readiness/rule.js';
import { verdictOf, type ReadinessVerdict } from '../../records/readiness/verdict.js';
import { CustomerProject } from './customer-project.type.js';
import { EngagementContextTypeEnum } from './engagement-context-type.enum.js';
import { Lead } from './lead.type.js';
import { ProspectingResult } from './prospecting.type.js';
import { ReadinessCheck } from '../readiness/readiness-check.type.js';
import { VerdictEnum } from '../readiness/verdict.enum.js';

@ObjectType('EngagementContext', {
  description: 'A subject of an engagement, for example a lead. An engagement has up to five contexts.',
  simpleResolvers: true,
})
export class EngagementContext {
  readonly #engagement: Engagement;
  readonly #context: ContextRecord;

  /**
   * Caches of clients assume that an `id` is unique. The name differs because this number is unique only in its
   * engagement.
   */
  @Field(() => String, {
    nullable: true,
    description:
      'Number of the context within its engagement, for example `1`. Pass it to ' +
      '`startOpportunityFromEngagementTask` as `contextIdentifier`. Null if AWS gives none.',
  })
  readonly identifier: string | null;

  @Field(() => EngagementContextTypeEnum, {
    nullable: true,
    description: 'Content of the context. Null if AWS gives no type, or one that this schema does not know.',
  })
  readonly type: ContextType | null;

  @Field(() => Lead, { nullable: true, description: 'The lead. Null unless the type is `LEAD`.' })
  readonly lead: Lead | null;

  @Field(() => CustomerProject, {
    nullable: true,
    description: 'The customer project. Null unless the type is `CUSTOMER_PROJECT`.',
  })
  readonly customerProject: CustomerProject | null;

  @Field(() => ProspectingResult, {
    nullable: true,
    description: 'Findings of AWS about a prospect. Null unless the type is `PROSPECTING_RESULT`.',
  })
  readonly prospectingResult: ProspectingResult | null;

  constructor(engagement: Engagement, context: ContextRecord) {
    this.#engagement = engagement;
    this.#context = context;
    this.identifier = context.id;
    this.type = context.type;
    this.lead = context.lead;
    this.customerProject = context.customerProject;
    this.prospectingResult = context.prospectingResult;
  }

  @Field(() => [ReadinessCheck], {
    description:
      'Known preconditions of `startOpportunityFromEngagementTask` for this context, each with its outcome. ' +
      'Costs no read beyond that of the engagement.',
  })
  conversionReadiness(): readonly Check[] {
    return conversionChecks(this.#engagement, this.#context);
  }

  @Field(() => VerdictEnum, { description: 'The checks of `conversionReadiness` in one word. Costs no further read.' })
  conversionVerdict(): ReadinessVerdict {
    return verdictOf(this.conversionReadiness());
  }
}
