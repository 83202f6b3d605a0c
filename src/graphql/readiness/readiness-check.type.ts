/** A readiness check. */
import { Field, ObjectType } from 'type-graphql';
import type { Check, CheckOutcome, CheckSource } from '../../records/readiness/rule.js';
import { ReadinessOutcomeEnum, ReadinessSourceEnum } from './enums.js';

@ObjectType('ReadinessCheck', {
  description:
    'A precondition of a start, evaluated before the start. AWS decides, and not all of its rules are known, so a ' +
    'start can fail although every check has passed.',
  simpleResolvers: true,
})
export class ReadinessCheck implements Check {
  @Field(() => String, {
    description:
      'Name of the rule for programs, for example `SOLUTION_ASSOCIATED`. An open set: rules may be added. ' +
      'Show `message` to users.',
  })
  readonly rule: string;

  @Field(() => ReadinessOutcomeEnum, { description: 'Result of the check.' })
  readonly outcome: CheckOutcome;

  @Field(() => String, {
    nullable: true,
    description:
      'Field that the rule concerns, by its name at AWS, for example `Project.SalesActivities`. ' +
      'Null if the rule concerns more than one field.',
  })
  readonly field: string | null;

  @Field(() => String, {
    description:
      'Explanation of the outcome, and the correct state, in one or two English sentences. The text may change.',
  })
  readonly message: string;

  @Field(() => ReadinessSourceEnum, { description: 'Origin of the rule.' })
  readonly source: CheckSource;
  @Field(() => String, {
    description:
      'Document or observation behind the rule, for example ' +
      "`AWS's API model, LifeCycle.Stage`. The text may change: show it, and do not compare it.",
  })
  readonly evidence: string;
}
