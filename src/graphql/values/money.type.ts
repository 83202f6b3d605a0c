/** Amounts, as text with a decimal point: no float can hold every one of them. */
import { Field, ObjectType } from 'type-graphql';
import type { ExpectedCustomerSpend as ExpectedCustomerSpendRecord } from '../../partner-central/model/record-types.js';

const AMOUNT = { nullable: true, description: 'The amount as decimal text, for example `1200.50`.' };
const CURRENCY_CODE = {
  nullable: true,
  description: 'The currency as three letters after ISO 4217, for example `USD`.',
};

@ObjectType('MonetaryValue', { description: 'An amount of money.', simpleResolvers: true })
export class MonetaryValue {
  @Field(() => String, AMOUNT)
  readonly amount: string | null;

  @Field(() => String, CURRENCY_CODE)
  readonly currencyCode: string | null;
}

@ObjectType('ExpectedCustomerSpend', { description: 'What the customer is expected to spend.', simpleResolvers: true })
export class ExpectedCustomerSpend implements ExpectedCustomerSpendRecord {
  @Field(() => String, AMOUNT)
  readonly amount: string | null;

  @Field(() => String, CURRENCY_CODE)
  readonly currencyCode: string | null;

  @Field(() => String, { nullable: true, description: 'How often the amount is spent. AWS knows `Monthly`.' })
  readonly frequency: string | null;

  @Field(() => String, { nullable: true, description: 'Who receives it, for example `AWS`.' })
  readonly targetCompany: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Address of the estimate, made with the AWS Pricing Calculator.',
  })
  readonly estimationUrl: string | null;
}
