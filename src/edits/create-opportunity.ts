/**
 * Creates an opportunity once for each client token of a caller. AWS remembers the token of each creation, and answers
 * a repetition with the same opportunity. The token at AWS follows from the caller's token alone, so that a gateway
 * that has lost everything else sends the same one. Nothing is stored for that.
 */
import { createHash } from 'node:crypto';
import { isJsonObject } from '../runtime/guards.js';
import { MINUTE, SECOND } from '../runtime/clock.js';
import type { FieldError } from '../partner-central/failure.js';
import { truncateForMessage } from '../partner-central/identifiers.js';
import { CATALOG, REVIEW_STATUS } from '../partner-central/model/enum-mapping.js';
import { CLIENT_TOKEN, tagMistakes } from '../partner-central/model/request-rules.js';
import type { Opportunity } from '../partner-central/model/record-types.js';
import type { Catalog } from '../partner-central/model/task-kind.js';
import { CREATE_OPPORTUNITY, type JsonObject } from '../partner-central/raw-operations.js';
import { GET_OPPORTUNITY } from '../partner-central/record-operations.js';
import { editError, inputErrors, refused, writeErrors } from './edit-errors.js';
import type { CreatedOpportunity, EditContext, EditError, EditOutcome, OpportunityCreation } from './edits.js';
import { CREATION_MEMBERS } from './patch/creation-members.js';
import { problemsOfNew } from './patch/check.js';
import { patchPathOf } from './patch/aws-fields.js';
import { structures, text } from './patch/members.js';
import { rawOf } from './patch/merge.js';
import { leavesIn } from './patch/view.js';

const MAX_ATTEMPTS = 3;
/** No attempt begins later than this, because a person waits. */
const MAX_MS = 15 * SECOND;
/** AWS shows a new opportunity after 3 to 5 s, and sometimes later (seen in public code). */
const PAUSES_MS: readonly number[] = [0, SECOND, 2 * SECOND, 3 * SECOND];

export async function createOpportunity(
  context: EditContext,
  subject: string | null,
  creation: OpportunityCreation,
): Promise<EditOutcome<CreatedOpportunity>> {
  const errors = inputErrorsOf(creation);
  if (errors.length > 0) return refused(...errors);
  const awsToken = awsTokenOf(subject, creation);
  const giveUpAt = context.clock.monotonic() + MAX_MS;
  // It is not known how AWS answers a token whose first request it still works on.
  return context.turns.run(awsToken, () => create(context, subject, creation, awsToken, giveUpAt));
}

async function create(
  context: EditContext,
  subject: string | null,
  creation: OpportunityCreation,
  awsToken: string,
  giveUpAt: number,
): Promise<EditOutcome<CreatedOpportunity>> {
  const { catalog, clientToken, values } = creation;
  const request = requestOf(creation, awsToken);
  let isLost = false;
  for (let attempt = 1; ; attempt += 1) {
    const written = await context.write(subject, CREATE_OPPORTUNITY, request);
    switch (written.type) {
      case 'answered': {
        const { id } = written.value;
        const changed = leavesIn(CREATION_MEMBERS, values).map(({ path }) => path.join('.'));
        return { type: 'done', record: { id, opportunity: await shown(context, catalog, id) }, changed };
      }
      case 'lost':
        if (attempt === MAX_ATTEMPTS || context.clock.monotonic() > giveUpAt) return refused(undecided(clientToken));
        isLost = true;
        break;
      case 'refused':
        if (written.code === 'CONFLICT' && /client ?token/i.test(written.message))
          return refused(tokenReused(written.awsCode));
        return refused(...writeErrors(written, pathOf));
      case 'quota-spent':
      case 'unavailable':
        return refused(...(isLost ? [undecided(clientToken)] : writeErrors(written, pathOf)));
      default:
        return written satisfies never;
    }
  }
}

/** Waits until AWS shows the opportunity, so that the next edit of the caller finds it. Null if it takes too long. */
async function shown(context: EditContext, catalog: Catalog, id: string): Promise<Opportunity | null> {
  for (const pauseMs of PAUSES_MS) {
    await context.clock.sleep(pauseMs);
    // An answer from before the creation may be in the cache.
    context.forget(id);
    const read = await context.read(GET_OPPORTUNITY, { catalog, id });
    if (read.type === 'answered') return read.value;
    if (read.type !== 'refused' || read.code !== 'NOT_FOUND') return null;
  }
  return null;
}

/**
 * No two subjects and no two catalogs share a token at AWS, and neither do a creation and a start, whose tokens are
 * UUIDs. AWS has been seen to drop the second of two operations under one token.
 */
function awsTokenOf(subject: string | null, { catalog, clientToken }: OpportunityCreation): string {
  return createHash('sha256')
    .update(JSON.stringify([subject, CREATE_OPPORTUNITY.operation, catalog, clientToken]))
    .digest('hex');
}

/**
 * The request follows from the input alone, because AWS compares it with the first one under the token. All published
 * creations name the review status, without which an opportunity can never be submitted.
 */
function requestOf({ catalog, values, tags }: OpportunityCreation, awsToken: string): JsonObject {
  const members = rawOf(CREATION_MEMBERS, values);
  const { Origin = PARTNER_REFERRAL, LifeCycle } = members;
  return {
    ...members,
    Catalog: CATALOG[catalog],
    ClientToken: awsToken,
    Origin,
    LifeCycle: { ...(isJsonObject(LifeCycle) ? LifeCycle : {}), ReviewStatus: REVIEW_STATUS.PENDING_SUBMISSION },
    ...(tags.length === 0 ? {} : { Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) }),
  };
}

const PARTNER_REFERRAL = 'Partner Referral';
const AWS_REFERRAL = 'AWS Referral';

function inputErrorsOf({ catalog, clientToken, values, tags }: OpportunityCreation): EditError[] {
  return [
    ...inputErrors([[['clientToken'], CLIENT_TOKEN, clientToken]]),
    ...originErrors(catalog, values.origin ?? null),
    ...[
      ...problemsOfNew(CREATION_MEMBERS, values, []),
      ...tagMistakes(tags).map(({ path, message }) => ({ path: ['tags', ...path], message })),
    ].map(({ path, message }) => editError('INVALID_INPUT', message, { path })),
  ];
}

function originErrors(catalog: Catalog, origin: string | null): EditError[] {
  const allowed = catalog === 'AWS' ? [PARTNER_REFERRAL] : [PARTNER_REFERRAL, AWS_REFERRAL];
  if (origin === null || allowed.includes(origin)) return [];
  const message = `${JSON.stringify(truncateForMessage(origin))} is not an origin in this catalog. Expected ${allowed.join(' or ')}.`;
  return [editError('INVALID_INPUT', message, { path: ['origin'] })];
}

/** AWS's names of everything that the input has. */
const INPUT = {
  ...CREATION_MEMBERS,
  catalog: text('Catalog'),
  clientToken: text('ClientToken'),
  tags: structures('Tags', { key: text('Key'), value: text('Value') }),
};

function pathOf({ field }: FieldError): readonly string[] | null {
  return field === null ? null : patchPathOf(INPUT, field);
}

function tokenReused(awsCode: string): EditError {
  const message =
    'The client token belongs to an earlier creation with other values. Use a new token for another opportunity, or ' +
    'the same values to get the earlier one.';
  return editError('CLIENT_TOKEN_REUSED', message, { path: ['clientToken'], awsCode });
}

function undecided(clientToken: string): EditError {
  const message =
    `AWS did not answer, and may have created the opportunity. Repeat the mutation with the same values and the ` +
    `clientToken ${JSON.stringify(clientToken)}: it returns the opportunity, or creates it once.`;
  return editError('UPSTREAM_FAILED', message, { retryAfterMs: MINUTE, mayBeDone: true });
}
