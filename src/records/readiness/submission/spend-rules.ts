/** The rules about the spend that is expected of the customer, and about the contract. */
import type { ExpectedCustomerSpend } from '../../../partner-central/model/record-types.js';
import { FIELD_LIST, model } from '../evidence.js';
import { failed, passed, unknown, type Rule, type Verdict } from '../rule.js';
import { required, type Facts } from './facts.js';

const CURRENCIES: readonly string[] = ['USD', 'EUR'];
const EUROPEAN_PARTITION = 'aws-eusc';
const MAX_MONTHS = 144;
/** The pattern of the service model, with anchors. */
const ESTIMATION_URL = /^https:\/\/(calculator\.aws|pricing\.calculator\.aws\.eu)\/#\/estimate\?id=[a-f0-9]{32,64}$/;

export const SPEND_RULES: readonly Rule<Facts>[] = [
  required({
    rule: 'EXPECTED_CUSTOMER_SPEND_PRESENT',
    field: 'Project.ExpectedCustomerSpend',
    source: FIELD_LIST,
    value: (o) => o.project?.expectedCustomerSpend,
    advice: 'Give at least one amount a month.',
  }),
  {
    rule: 'EXPECTED_CUSTOMER_SPEND_MONTHLY',
    field: 'Project.ExpectedCustomerSpend.Frequency',
    ...model('ExpectedCustomerSpend.Frequency'),
    check: monthly,
  },
  {
    rule: 'EXPECTED_CUSTOMER_SPEND_AMOUNT_POSITIVE',
    field: 'Project.ExpectedCustomerSpend.Amount',
    ...FIELD_LIST,
    check: amountPositive,
  },
  {
    rule: 'EXPECTED_CUSTOMER_SPEND_CURRENCY_ALLOWED',
    field: 'Project.ExpectedCustomerSpend.CurrencyCode',
    ...model('ExpectedCustomerSpend.CurrencyCode'),
    check: currencyAllowed,
  },
  {
    rule: 'ESTIMATION_URL_VALID',
    field: 'Project.ExpectedCustomerSpend.EstimationUrl',
    ...model('EstimationUrl'),
    check: estimationUrlValid,
  },
  {
    rule: 'EXPECTED_CONTRACT_DURATION_ALLOWED',
    field: 'Project.ExpectedContractDuration',
    ...model('ExpectedContractDuration.Value'),
    check: contractDurationAllowed,
  },
];

function spendsOf({ opportunity }: Facts): readonly ExpectedCustomerSpend[] {
  return opportunity.project?.expectedCustomerSpend ?? [];
}

/** AWS's own estimate. Entries for another company, such as Self, follow rules that AWS has not published in full. */
function isOfAws({ targetCompany }: ExpectedCustomerSpend): boolean {
  return targetCompany === 'AWS';
}

function monthly(facts: Facts): Verdict {
  const wrong = spendsOf(facts).filter(({ frequency }) => frequency !== 'Monthly');
  if (wrong.length === 0) return passed('Every expected spend is by month.');
  if (wrong.some(isOfAws))
    return failed('An expected spend for AWS has another frequency than Monthly. Give it by month.');
  return unknown(
    'An expected spend has another frequency than Monthly. AWS documents None for an entry of the target company Self ' +
      'that carries a total contract value.',
  );
}

function amountPositive(facts: Facts): Verdict {
  const wrong = spendsOf(facts).filter(({ amount }) => !(Number(amount ?? 0) > 0));
  if (wrong.length === 0) return passed('Every expected spend has an amount above zero.');
  const advice = 'Give an amount above zero.';
  if (wrong.some(isOfAws)) return failed(`An expected spend for AWS has no amount, or zero. ${advice}`);
  return unknown(`An expected spend for another company than AWS has no amount, or zero. ${advice}`);
}

function currencyAllowed(facts: Facts): Verdict {
  const currencies = spendsOf(facts).map(({ currencyCode }) => currencyCode);
  const known = currencies.filter((currency) => currency !== null);
  if (known.some((currency) => !CURRENCIES.includes(currency)))
    return failed(`An expected spend is in a currency that AWS does not accept. Expected ${CURRENCIES.join(' or ')}.`);
  const isEuropean = facts.opportunity.project?.awsPartition === EUROPEAN_PARTITION;
  if (isEuropean && known.some((currency) => currency !== 'EUR'))
    return failed(`An expected spend is not in EUR, which AWS requires for the partition ${EUROPEAN_PARTITION}.`);
  if (known.length < currencies.length)
    return unknown(`An expected spend has no currency. Give it in ${CURRENCIES.join(' or ')}.`);
  return passed('Every expected spend is in an accepted currency.');
}

function estimationUrlValid(facts: Facts): Verdict {
  const urls = spendsOf(facts).flatMap(({ estimationUrl }) => estimationUrl ?? []);
  if (urls.every((url) => ESTIMATION_URL.test(url)))
    return passed('Every link to an estimate has the form that AWS asks for.');
  return failed(
    'A link to an estimate does not lead to an estimate of the AWS Pricing Calculator. Expected ' +
      'https://calculator.aws/#/estimate?id= and the id of the estimate.',
  );
}

function contractDurationAllowed({ opportunity }: Facts): Verdict {
  const duration = opportunity.project?.expectedContractDuration ?? null;
  if (duration === null) return passed('No contract duration is given, and none is needed.');
  if (duration.term !== 'Months' && duration.term !== null)
    return failed('The contract duration is not in months, the only unit that AWS accepts. Give it in months.');
  const months = duration.value ?? 0;
  if (months >= 1 && months <= MAX_MONTHS) return passed(`The contract lasts 1 to ${MAX_MONTHS} months.`);
  return failed(`The contract duration is not a whole number of months from 1 to ${MAX_MONTHS}.`);
}
