import { Field, ObjectType } from 'type-graphql';
import type { Check, CheckOutcome, CheckSource } from '../../records/readiness/rule.js';
import { ReadinessOutcomeEnum, ReadinessSourceEnum } from './enums.js';

@ObjectType('ReadinessCheck', {
  description:
    'One precondition of a start, checked before the start is made. That all have passed is no promise: AWS decides, and its rules are not ' +
    'all known.',
  simpleResolvers: true,
})
export class ReadinessCheck implements Check {
  @Field(() => String, {
    description:
      'Names the rule to programs, for example `SOLUTION_ASSOCIATED`. An open set: rules may be added. Show `message` to people.',
  })
  readonly rule: string;

  @Field(() => ReadinessOutcomeEnum, { description: 'Whether the rule is kept.' })
  readonly outcome: CheckOutcome;

  @Field(() => String, {
    nullable: true,
    description:
      'The member that the rule is about, as AWS names it, for example `Project.SalesActivities`; null when it is about no single one.',
  })
  readonly field: string | null;

  @Field(() => String, {
    description:
      'What is so, and what would be right, in one or two English sentences. The text may improve over time.',
  })
  readonly message: string;

  @Field(() => ReadinessSourceEnum, { description: 'How the gateway knows the rule.' })
  readonly source: CheckSource;
}
