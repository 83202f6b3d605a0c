/** A project as members of an engagement share it. */
import { Field, ObjectType } from 'type-graphql';
import type {
  Company as CompanyRecord,
  CustomerProject as CustomerProjectRecord,
  EngagementCustomer as EngagementCustomerRecord,
} from '../../partner-central/model/record-types.js';

/** The fields that every customer of an engagement, a lead or an invitation has. Not a type of the schema. */
@ObjectType({ simpleResolvers: true })
export abstract class Company implements CompanyRecord {
  @Field(() => String, { nullable: true, description: 'Name of the company.' })
  readonly companyName: string | null;

  @Field(() => String, { nullable: true, description: 'The industry.' })
  readonly industry: string | null;

  @Field(() => String, { nullable: true, description: 'Web site of the company.' })
  readonly websiteUrl: string | null;
}

@ObjectType('EngagementCustomer', {
  description: 'A customer as members of an engagement see it.',
  simpleResolvers: true,
})
export class EngagementCustomer extends Company implements EngagementCustomerRecord {
  @Field(() => String, {
    nullable: true,
    description: 'The country as two letters after ISO 3166-1, for example `US`.',
  })
  readonly countryCode: string | null;
}

@ObjectType('EngagementProject', { description: 'What the members of an engagement work on.', simpleResolvers: true })
export class EngagementProject {
  @Field(() => String, { nullable: true, description: 'Title of the project.' })
  readonly title: string | null;

  @Field(() => String, { nullable: true, description: "The customer's problem that the project solves." })
  readonly businessProblem: string | null;

  @Field(() => String, { nullable: true, description: 'When it is to be done, as `YYYY-MM-DD`.' })
  readonly targetCompletionDate: string | null;
}

@ObjectType('CustomerProject', {
  description: 'A project of a customer that the members of an engagement work on.',
  simpleResolvers: true,
})
export class CustomerProject implements CustomerProjectRecord {
  @Field(() => EngagementCustomer, { nullable: true, description: 'Who the customer is.' })
  readonly customer: EngagementCustomer | null;

  @Field(() => EngagementProject, { nullable: true, description: 'What is to be done.' })
  readonly project: EngagementProject | null;
}
