/** The elements of the lists of an opportunity. A list is replaced as a whole, so an omitted field is empty. */
import { Field, InputType } from 'type-graphql';
import { DateTime } from '../values/date-time.scalar.js';

const optional = (description: string) => ({ nullable: true, description: `${description} Empty if omitted.` });

@InputType('ContactInput', { description: 'A contact person, as an element of a list.' })
export class ContactInput {
  @Field(() => String, optional('Given name, at most 80 characters.'))
  readonly firstName?: string | null;

  @Field(() => String, optional('Family name, at most 80 characters.'))
  readonly lastName?: string | null;

  @Field(() => String, optional('Position in the company, at most 80 characters.'))
  readonly businessTitle?: string | null;

  @Field(() => String, optional('E-mail address in small letters, at most 80 characters.'))
  readonly email?: string | null;

  @Field(
    () => String,
    optional('Phone number with a plus sign and the code of the country, for example `+12065550100`.'),
  )
  readonly phone?: string | null;
}

@InputType('ExpectedCustomerSpendInput', { description: 'An expected spend of a customer, as an element of a list.' })
export class ExpectedCustomerSpendInput {
  @Field(() => String, optional('Amount as digits with at most two decimals, for example `1250.50`.'))
  readonly amount?: string | null;

  @Field(() => String, { description: 'Currency as an ISO 4217 code of three letters, for example `USD`.' })
  readonly currencyCode: string;

  @Field(() => String, { description: 'Period of the amount. AWS knows `Monthly`.' })
  readonly frequency: string;

  @Field(() => String, { description: 'Recipient of the amount, for example `AWS`; 1 to 80 characters.' })
  readonly targetCompany: string;

  @Field(() => String, optional('URL of the estimate in the AWS Pricing Calculator.'))
  readonly estimationUrl?: string | null;
}

@InputType('NextStepsInput', { description: 'An entry in the history of the next steps.' })
export class NextStepsInput {
  @Field(() => String, { description: 'Text of the next steps.' })
  readonly value: string;

  @Field(() => DateTime, { description: 'Time of the entry.' })
  readonly time: Date;
}
