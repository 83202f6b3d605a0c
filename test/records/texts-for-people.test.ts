/**
 * Texts for people use their words. No advice, finding, message or reason names a member, an operation or a value of
 * AWS's API or of the gateway's schema. The names come from the SDK's own schemas and from schema.graphql.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import * as sdk from '@aws-sdk/client-partnercentral-selling';
import { buildSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { readFailure } from '../../src/partner-central/failure-texts.js';
import { wordsFor } from '../../src/partner-central/model/field-words.js';
import {
  CONTEXT_TYPES,
  INVITATION_PAYLOAD_TYPES,
  INVITATION_STATUSES,
  REVIEW_STATUSES,
  STAGES,
} from '../../src/partner-central/model/record-types.js';
import {
  ERROR_RECOVERY,
  REASON_RECOVERY,
  UNKNOWN_RECOVERY,
  UNSENT_RECOVERY,
  adviceText,
  withoutRetry,
} from '../../src/partner-central/recovery.js';
import type { TaskInput } from '../../src/partner-central/model/task-kind.js';
import { editabilityOf } from '../../src/records/editability.js';
import { checkOutcome } from '../../src/records/outcome-check.js';
import { acceptanceChecks } from '../../src/records/readiness/acceptance.js';
import { conversionChecks } from '../../src/records/readiness/conversion.js';
import { submissionChecks } from '../../src/records/readiness/submission.js';
import { warningsOf } from '../../src/records/readiness/warnings.js';
import { refusalMessage } from '../../src/tasks/retry.js';
import type { Records } from '../../src/records/records.js';
import { fakeRecords, found, missing } from '../support/fakes/fake-records.js';
import { aFailure, aTask } from '../support/fakes/fake-tasks.js';
import { COMPLETE, CUSTOMER_PROJECT, LEAD, NOW, PENDING, engagementWith } from '../support/fixtures/passing-records.js';
import { CASES, FACTS } from '../support/fixtures/submission-cases.js';
import { withLifeCycle } from '../support/fixtures/varied-opportunity.js';

const MEMBERS = new Set(membersOfAws());
/** A word without a second capital is an ordinary word too, for example `Stage`. */
const HAS_TWO_PARTS = /[a-z0-9][A-Z]|[A-Z]_[A-Z]/;
const NAMES = new Set([...MEMBERS, ...namesOfSchema()].filter((name) => HAS_TWO_PARTS.test(name)));

function membersOfAws(): string[] {
  return Object.values(sdk).flatMap((exported: unknown) => {
    if (!Array.isArray(exported)) return [];
    const [, , name, , members] = exported;
    return [name, ...(Array.isArray(members) ? members : [])].filter((each) => typeof each === 'string');
  });
}

function namesOfSchema(): string[] {
  const types = Object.values(buildSchema(readFileSync('schema/schema.graphql', 'utf8')).getTypeMap());
  return types.flatMap((type) => {
    if (isEnumType(type)) return [type.name, ...type.getValues().map(({ name }) => name)];
    if (isInputObjectType(type)) return [type.name, ...Object.keys(type.getFields())];
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    const fields = Object.values(type.getFields());
    return [type.name, ...fields.flatMap(({ name, args }) => [name, ...args.map((arg) => arg.name)])];
  });
}

/** The names of an API in a text, also with a small first letter, or with a point between two of them. */
function namesIn(text: string): string[] {
  const capital = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const isName = (word: string) =>
    word.includes('.') ? word.split('.').every((part) => MEMBERS.has(capital(part))) : NAMES.has(word);
  return [...text.matchAll(/\w+(?:\.\w+)*/g)].flatMap(([word]) =>
    isName(word) || isName(capital(word)) ? [word] : [],
  );
}

const RECOVERIES = [
  ...Object.values(REASON_RECOVERY),
  ...Object.values(ERROR_RECOVERY),
  UNKNOWN_RECOVERY,
  UNSENT_RECOVERY,
];
const ADVICE = [...RECOVERIES, ...RECOVERIES.map(withoutRetry)].map(adviceText);

/** AWS's texts, and one for each field that AWS may require. */
const KNOWN_TEXTS = [
  'Target Close Date should be a future date',
  'Cannot set visibility to limited on a Co-Sell opportunity',
  'Only Pending Submission or action required opportunities can be submitted',
  'You cannot perform Submit action',
  'Opportunity is immutable',
  'last modified date is not the latest',
  'Conflicting client token submitted for a new request body.',
  'Associate atleast one solution',
  'The postal code is invalid for country Bhutan',
  'partition requires EUR currency',
  'Duplicate Record',
  'awsSubmission.involvementType is required',
  'A_CODE project.title is required;A_CODE project.salesActivities is required',
];
const FIELDS = editabilityOf(withLifeCycle({}))
  .map(({ field }) => field)
  .filter((field) => !field.startsWith('LifeCycle.Review'));
const ADVICE_BY_TEXT = [
  ...KNOWN_TEXTS,
  ...FIELDS.map((field) => `${field.replace(/\b[A-Z]/g, (letter) => letter.toLowerCase())} is required`),
].map((text) => readFailure(text, []).advice ?? '');

const contexts = [...CONTEXT_TYPES, null].map((type) => ({ ...LEAD, type }));
const leads = ['Qualified', 'Disqualified', 'Other', null].map((qualificationStatus) => ({
  ...LEAD,
  lead: LEAD.lead && { ...LEAD.lead, qualificationStatus },
}));
const invitations = [
  ...[...INVITATION_STATUSES, null].map((status) => ({ ...PENDING, status })),
  ...[...INVITATION_PAYLOAD_TYPES, null].map((payloadType) => ({ ...PENDING, payloadType })),
  ...[NOW - 1, null].map((expiresAt) => ({ ...PENDING, expiresAt })),
];

function readinessMessages(): string[] {
  const cases = Object.values(CASES).flatMap((outcomes) => Object.values(outcomes).flat());
  return [
    ...[{}, ...cases].flatMap(({ opportunity = COMPLETE, facts = {}, now = NOW }) =>
      submissionChecks(opportunity, { ...FACTS, ...facts }, now),
    ),
    ...[...contexts, ...leads].flatMap((context) => conversionChecks(engagementWith(context), context)),
    ...conversionChecks(engagementWith(LEAD, LEAD, LEAD, LEAD, LEAD), LEAD),
    ...invitations.flatMap((invitation) => acceptanceChecks(invitation, NOW)),
  ].map(({ message }) => message);
}

const SUBMIT: TaskInput = {
  kind: 'ENGAGEMENT_FROM_OPPORTUNITY',
  catalog: 'SANDBOX',
  identifier: 'O1',
  involvementType: 'CO_SELL',
  visibility: null,
  tags: [],
};
const CONVERT: TaskInput = {
  kind: 'OPPORTUNITY_FROM_ENGAGEMENT',
  catalog: 'SANDBOX',
  identifier: 'eng-1',
  contextIdentifier: '1',
  tags: [],
};
const ACCEPT: TaskInput = {
  kind: 'ENGAGEMENT_BY_ACCEPTING_INVITATION',
  catalog: 'SANDBOX',
  identifier: 'engi-1',
  tags: [],
};
const TASK = { taskId: 'task-1', opportunityId: 'O9' };

async function findings(): Promise<string[]> {
  const checks = [
    ...REVIEW_STATUSES.map((reviewStatus) =>
      checkOutcome(fakeRecords({ opportunity: () => found(withLifeCycle({ reviewStatus })) }), SUBMIT),
    ),
    ...[[], [CUSTOMER_PROJECT], ...contexts.flatMap((context) => [[context], [context, CUSTOMER_PROJECT]])].flatMap(
      (all) =>
        [missing, () => found(TASK)].map((conversion) =>
          checkOutcome(fakeRecords({ engagement: () => found(engagementWith(...all)), conversion }), CONVERT),
        ),
    ),
    ...invitations.flatMap((invitation) =>
      [missing, () => found(TASK)].map((acceptance) =>
        checkOutcome(fakeRecords({ invitation: () => found(invitation), acceptance }), ACCEPT),
      ),
    ),
  ];
  return (await Promise.all(checks)).flatMap((finding) => finding?.message ?? []);
}

async function warnings(): Promise<string[]> {
  const unknown: Partial<Records> = { opportunity: missing, engagement: missing, invitation: missing };
  const noContext: Partial<Records> = { engagement: () => found(engagementWith(CUSTOMER_PROJECT)) };
  const all = [
    ...[SUBMIT, CONVERT, ACCEPT].map((input) => warningsOf(fakeRecords(unknown), input, NOW)),
    warningsOf(fakeRecords(noContext), CONVERT, NOW),
  ];
  return (await Promise.all(all)).flatMap((checks) => checks ?? []).map(({ message }) => message);
}

function refusals(): string[] {
  const failures = RECOVERIES.map((_, index) =>
    aFailure({ rawReasonCode: Object.keys(REASON_RECOVERY)[index] ?? null }),
  );
  const finding = { type: 'unclear', message: 'It may be done.' } as const;
  return failures.flatMap((failure) =>
    (['LOOK_FIRST', 'ALREADY_DONE', 'TASK_NOT_FAILED'] as const).map((verdict) =>
      refusalMessage(verdict, aTask({ status: 'FAILED', failure }), finding),
    ),
  );
}

function reasons(): string[] {
  return [...REVIEW_STATUSES, null].flatMap((reviewStatus) =>
    [...STAGES, null].flatMap((stage) =>
      editabilityOf(withLifeCycle({ reviewStatus, stage })).map(({ reason }) => reason),
    ),
  );
}

test('the names that the texts must avoid are those of the two APIs', () => {
  for (const name of ['SalesActivities', 'GetOpportunity', 'ReviewStatus', 'retryTask', 'despiteAdvice', 'fieldErrors'])
    expect(NAMES.has(name)).toBe(true);
  expect(namesIn('Project.SalesActivities is missing, or project.title. Grant GetOpportunity with retryTask.')).toEqual(
    ['Project.SalesActivities', 'project.title', 'GetOpportunity', 'retryTask'],
  );
  expect(namesIn('The Stage is Qualified. SaaS or PaaS, for CRM and AWS.')).toEqual([]);
});

test.each<[string, () => readonly string[] | Promise<readonly string[]>, number]>([
  ['advice', () => ADVICE, 60],
  ["advice by AWS's text", () => ADVICE_BY_TEXT, 60],
  ['messages of readiness', readinessMessages, 300],
  ['findings', findings, 30],
  ['warnings', warnings, 4],
  ['refusals of retries', refusals, 60],
  ['reasons of editability', reasons, 100],
])('no member of an API is in the %s', async (_title, produce, atLeast) => {
  const texts = await produce();
  expect(texts.length).toBeGreaterThanOrEqual(atLeast);
  expect(texts.filter((text) => !/^[A-Z].*\.$/s.test(text))).toEqual([]);
  expect([...new Set(texts.filter((text) => namesIn(text).length > 0))]).toEqual([]);
});

test('each field that a partner can set has words', () => {
  expect(FIELDS.filter((field) => wordsFor(field) === null)).toEqual([]);
});
