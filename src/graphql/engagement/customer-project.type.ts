/** A customer project, with the fields that the members of its engagement share. */
import { Field, ObjectType } from 'type-graphql';
import type {
  Company as CompanyRecord,
  CustomerProject as CustomerProjectRecord,
  EngagementCustomer as EngagementCustomerRecord,
} from '../../partner-central/model/record-types.js';

/** The common fields of the customers of engagements, leads and invitations. Not a type of the schema. */
@ObjectType({ simpleResolvers: true })
export abstract class Company implements CompanyRecord {
  @Field(() => String, { nullable: true, description: 'Name of the company. Null if not set.' })
  readonly companyName: string | null;

  @Field(() => String, { nullable: true, description: 'Industry of the company. Null if not set.' })
  readonly industry: string | null;

  @Field(() => String, { nullable: true, description: 'Web site of the company. Null if not set.' })
  readonly websiteUrl: string | null;
}

@ObjectType('EngagementCustomer', {
  description: 'A customer, with the fields that the members of an engagement see.',
  simpleResolvers: true,
})
export class EngagementCustomer extends Company implements EngagementCustomerRecord {
  @Field(() => String, {
    nullable: true,
    description: 'Country as an ISO 3166-1 code of two letters, for example `US`. Null if not set.',
  })
  readonly countryCode: string | null;
}

@ObjectType('EngagementProject', {
  description: 'The project that the members of an engagement work on.',
  simpleResolvers: true,
})
export class EngagementProject {
  @Field(() => String, { nullable: true, description: 'Title of the project. Null if not set.' })
  readonly title: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Problem of the customer that the project solves. Null if not set.',
  })
  readonly businessProblem: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Target date of completion as `YYYY-MM-DD`. Null if not set.',
  })
  readonly targetCompletionDate: string | null;
}

@ObjectType('CustomerProject', {
  description: 'A customer and the project that the members of an engagement work on.',
  simpleResolvers: true,
})
export class CustomerProject implements CustomerProjectRecord {
  @Field(() => EngagementCustomer, { nullable: true, description: 'The customer. Null if not set.' })
  readonly customer: EngagementCustomer | null;

  @Field(() => EngagementProject, { nullable: true, description: 'The project. Null if not set.' })
  readonly project: EngagementProject | null;
}
