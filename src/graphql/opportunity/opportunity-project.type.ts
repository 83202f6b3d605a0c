/** The project of an opportunity. */
import { Field, Int, ObjectType } from 'type-graphql';
import type { ContractDuration as ContractDurationRecord, Project } from '../../partner-central/model/record-types.js';
import { ExpectedCustomerSpend } from '../values/money.type.js';

@ObjectType('ContractDuration', { description: 'The duration of a contract.', simpleResolvers: true })
export class ContractDuration implements ContractDurationRecord {
  @Field(() => String, { nullable: true, description: 'Unit of the duration. AWS knows `Months`. Null if not set.' })
  readonly term: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Number of units; 1 to 144 for months. Null if not set, or if AWS gives no whole number.',
  })
  readonly value: number | null;
}

@ObjectType('OpportunityProject', {
  description:
    'The project that the sale is for. All fields except `deliveryModels`, `expectedContractDuration` and ' +
    '`expectedCustomerSpend` cost one read per opportunity.',
  simpleResolvers: true,
})
export class OpportunityProject implements Project {
  @Field(() => String, { nullable: true, description: 'Title of the project. Null if not set.' })
  readonly title: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Problem of the customer that the project solves. Null if not set.',
  })
  readonly customerBusinessProblem: string | null;

  @Field(() => String, { nullable: true, description: 'Use case, from a list of AWS. Null if not set.' })
  readonly customerUseCase: string | null;

  @Field(() => [String], {
    description: 'Delivery models of the solution, from a list of AWS, for example `SaaS or PaaS`.',
  })
  readonly deliveryModels: readonly string[];

  @Field(() => [ExpectedCustomerSpend], { description: 'Expected spend of the customer.' })
  readonly expectedCustomerSpend: readonly ExpectedCustomerSpend[];

  @Field(() => ContractDuration, { nullable: true, description: 'Expected duration of the contract. Null if not set.' })
  readonly expectedContractDuration: ContractDuration | null;

  @Field(() => [String], {
    description: 'Sales activities so far, from a list of AWS, for example `Conducted POC / Demo`.',
  })
  readonly salesActivities: readonly string[];

  @Field(() => [String], { description: 'Programs of the AWS Partner Network that take part in the sale.' })
  readonly apnPrograms: readonly string[];

  @Field(() => String, { nullable: true, description: 'Main competitor, from a list of AWS. Null if not set.' })
  readonly competitorName: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Competitors as free text, if `competitorName` is `*Other`. Null if not set.',
  })
  readonly otherCompetitorNames: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Solution as free text, if no solution is associated. Null if not set.',
  })
  readonly otherSolutionDescription: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Id of the opportunity that precedes this one. Null if not set.',
  })
  readonly relatedOpportunityIdentifier: string | null;

  @Field(() => String, { nullable: true, description: 'Further comments. Null if not set.' })
  readonly additionalComments: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'AWS partition of the workload, for example `aws-eusc`. Null for the standard partition.',
  })
  readonly awsPartition: string | null;
}
