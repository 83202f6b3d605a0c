/** The simulator's enums are those of AWS's published model, as the SDK has them. */
import { expect, test } from '@jest/globals';
import * as sdk from '@aws-sdk/client-partnercentral-selling';
import * as values from '../../../../src/partner-central/simulator/records/model-values.js';

const { FREQUENCY, ...ENUMS } = values;
const OF_MODEL: Readonly<Record<keyof typeof ENUMS, Readonly<Record<string, string>>>> = {
  CHANNEL: sdk.Channel,
  CLOSED_LOST_REASON: sdk.ClosedLostReason,
  COMPETITOR: sdk.CompetitorName,
  DELIVERY_MODEL: sdk.DeliveryModel,
  INDUSTRY: sdk.Industry,
  MARKETING_SOURCE: sdk.MarketingSource,
  NEED: sdk.PrimaryNeedFromAws,
  OPPORTUNITY_TYPE: sdk.OpportunityType,
  ORIGIN: sdk.OpportunityOrigin,
  PARTITION: sdk.AwsPartition,
  REVENUE_MODEL: sdk.RevenueModel,
  REVIEW_STATUS: sdk.ReviewStatus,
  SALES_ACTIVITY: sdk.SalesActivity,
  STAGE: sdk.Stage,
  TERM: sdk.ExpectedContractDurationTerm,
  YES_OR_NO: sdk.NationalSecurity,
};

test('every enum has the values of the model', () => {
  const listed = Object.entries(ENUMS).map(([name, rule]) => [name, 'values' in rule ? rule.values.toSorted() : []]);
  expect(listed).toEqual(Object.keys(ENUMS).map((name) => [name, Object.values(modelOf(name)).toSorted()]));
});

test('the frequency None is accepted beside those of the model, because its text asks for it', () => {
  expect('values' in FREQUENCY && FREQUENCY.values).toEqual([...Object.values(sdk.PaymentFrequency), 'None']);
});

function modelOf(name: string): Readonly<Record<string, string>> {
  const [, model = {}] = Object.entries(OF_MODEL).find(([each]) => each === name) ?? [];
  return model;
}
