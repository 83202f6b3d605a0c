/** Amounts of money, as decimal text because a float cannot hold every amount. */
import { Field, ObjectType } from 'type-graphql';
import type { ExpectedCustomerSpend as ExpectedCustomerSpendRecord } from '../../partner-central/model/record-types.js';

const AMOUNT = { nullable: true, description: 'Amount as decimal text, for example `1200.50`. Null if not set.' };
const CURRENCY_CODE = {
  nullable: true,
  description: 'Currency as an ISO 4217 code of three letters, for example `USD`. Null if not set.',
};

@ObjectType('MonetaryValue', { description: 'An amount of money.', simpleResolvers: true })
export class MonetaryValue {
  @Field(() => String, AMOUNT)
  readonly amount: string | null;

  @Field(() => String, CURRENCY_CODE)
  readonly currencyCode: string | null;
}

@ObjectType('ExpectedCustomerSpend', { description: 'Expected spend of a customer.', simpleResolvers: true })
export class ExpectedCustomerSpend implements ExpectedCustomerSpendRecord {
  @Field(() => String, AMOUNT)
  readonly amount: string | null;

  @Field(() => String, CURRENCY_CODE)
  readonly currencyCode: string | null;

  @Field(() => String, { nullable: true, description: 'Period of the amount. AWS knows `Monthly`. Null if not set.' })
  readonly frequency: string | null;

  @Field(() => String, { nullable: true, description: 'Recipient of the amount, for example `AWS`. Null if not set.' })
  readonly targetCompany: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'URL of the estimate in the AWS Pricing Calculator. Null if not set.',
  })
  readonly estimationUrl: string | null;
}
