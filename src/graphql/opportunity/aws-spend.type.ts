/** AWS's insights into the spend of a customer. */
import { Field, ObjectType } from 'type-graphql';
import type {
  AwsProductSpend as AwsProductSpendRecord,
  AwsSpendInsight as AwsSpendInsightRecord,
} from '../../partner-central/model/related-types.js';

const AMOUNT = 'Null if AWS gives none.';

@ObjectType('AwsOptimization', { description: 'A way to save costs of an AWS product.', simpleResolvers: true })
export class AwsOptimization {
  @Field(() => String, { nullable: true, description: 'Explanation for people. Null if AWS gives none.' })
  readonly description: string | null;

  @Field(() => String, { nullable: true, description: `Savings as decimal text. ${AMOUNT}` })
  readonly savingsAmount: string | null;
}

@ObjectType('AwsProductSpend', { description: 'Expected spend on an AWS product.', simpleResolvers: true })
export class AwsProductSpend implements AwsProductSpendRecord {
  @Field(() => String, {
    nullable: true,
    description: 'Identifier of the product, for example `AmazonRDS`. Null if AWS gives none.',
  })
  readonly productCode: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Code of the service in the AWS Pricing Calculator. Null if AWS gives none.',
  })
  readonly serviceCode: string | null;

  @Field(() => [String], { description: 'Programs and pathways that the product is eligible for.' })
  readonly categories: readonly string[];

  @Field(() => String, { nullable: true, description: `Amount before optimizations as decimal text. ${AMOUNT}` })
  readonly amount: string | null;

  @Field(() => String, { nullable: true, description: `Amount after optimizations as decimal text. ${AMOUNT}` })
  readonly optimizedAmount: string | null;

  @Field(() => String, { nullable: true, description: `Possible savings as decimal text. ${AMOUNT}` })
  readonly potentialSavingsAmount: string | null;

  @Field(() => [AwsOptimization], { description: 'Ways to save costs of the product.' })
  readonly optimizations: readonly AwsOptimization[];
}

@ObjectType('AwsCategorySpend', {
  description: 'Expected spend in a program or pathway of AWS.',
  simpleResolvers: true,
})
export class AwsCategorySpend {
  @Field(() => String, { description: 'Name of the program or pathway.' })
  readonly category: string;

  @Field(() => String, { description: 'Amount as decimal text.' })
  readonly amount: string;
}

@ObjectType('AwsSpendInsight', {
  description: 'An analysis of the expected spend of a customer.',
  simpleResolvers: true,
})
export class AwsSpendInsight implements AwsSpendInsightRecord {
  @Field(() => String, {
    nullable: true,
    description: 'Currency of the amounts as an ISO 4217 code, for example `USD`. Null if AWS gives none.',
  })
  readonly currencyCode: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Period of the amounts. AWS knows `Monthly`. Null if AWS gives none.',
  })
  readonly frequency: string | null;

  @Field(() => String, { nullable: true, description: `Total before optimizations as decimal text. ${AMOUNT}` })
  readonly totalAmount: string | null;

  @Field(() => String, { nullable: true, description: `Total after optimizations as decimal text. ${AMOUNT}` })
  readonly totalOptimizedAmount: string | null;

  @Field(() => String, { nullable: true, description: `Possible savings in total as decimal text. ${AMOUNT}` })
  readonly totalPotentialSavingsAmount: string | null;

  @Field(() => [AwsCategorySpend], { description: 'Amounts by program or pathway.' })
  readonly amountsByCategory: readonly AwsCategorySpend[];

  @Field(() => [AwsProductSpend], { description: 'Amounts by AWS product.' })
  readonly products: readonly AwsProductSpend[];
}

@ObjectType('AwsSpendInsights', {
  description: 'Analyses of the expected spend of a customer, by their source.',
  simpleResolvers: true,
})
export class AwsSpendInsights {
  @Field(() => AwsSpendInsight, {
    nullable: true,
    description: "Analysis of the partner's estimates in the AWS Pricing Calculator. Null if there are none.",
  })
  readonly partner: AwsSpendInsight | null;

  @Field(() => AwsSpendInsight, {
    nullable: true,
    description: 'Analysis with products that AWS recommends. Null if AWS gives none.',
  })
  readonly aws: AwsSpendInsight | null;
}
