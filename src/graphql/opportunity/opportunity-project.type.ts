import { Field, ObjectType } from 'type-graphql';
import type { Project } from '../../partner-central/model/record-types.js';
import { ExpectedCustomerSpend } from '../values/money.type.js';

@ObjectType('OpportunityProject', { description: 'What is to be sold, and why.', simpleResolvers: true })
export class OpportunityProject implements Project {
  @Field(() => String, { nullable: true, description: 'Title of the project.' })
  readonly title: string | null;

  @Field(() => String, { nullable: true, description: "The customer's problem that the project solves." })
  readonly customerBusinessProblem: string | null;

  @Field(() => String, { nullable: true, description: "The use case, a word of AWS's list." })
  readonly customerUseCase: string | null;

  @Field(() => [String], {
    description: "How the solution is delivered, words of AWS's list, for example `SaaS or PaaS`.",
  })
  readonly deliveryModels: readonly string[];

  @Field(() => [ExpectedCustomerSpend], { description: 'What the customer is expected to spend.' })
  readonly expectedCustomerSpend: readonly ExpectedCustomerSpend[];

  @Field(() => [String], {
    description: "What was done so far to sell it, words of AWS's list, for example `Conducted POC / Demo`.",
  })
  readonly salesActivities: readonly string[];

  @Field(() => [String], { description: 'Programs of the AWS Partner Network that take part.' })
  readonly apnPrograms: readonly string[];

  @Field(() => String, { nullable: true, description: "The main competitor, a word of AWS's list." })
  readonly competitorName: string | null;

  @Field(() => String, { nullable: true, description: 'Competitors in own words, where `competitorName` is `*Other`.' })
  readonly otherCompetitorNames: string | null;

  @Field(() => String, { nullable: true, description: 'The solution in own words, where none is associated.' })
  readonly otherSolutionDescription: string | null;

  @Field(() => String, { nullable: true, description: 'Id of the opportunity that this one follows.' })
  readonly relatedOpportunityIdentifier: string | null;

  @Field(() => String, { nullable: true, description: 'Whatever else is to be said.' })
  readonly additionalComments: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The partition of AWS that it is for, where it is not the usual one, for example `aws-eusc`.',
  })
  readonly awsPartition: string | null;
}
