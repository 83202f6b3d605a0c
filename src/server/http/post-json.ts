/**
 * Answers a POST with a well-formed JSON body through the pipeline. It bypasses Apollo Server, because Apollo's
 * handling of a request costs several times as much as a small query. The answer equals Apollo's to the byte, and all
 * other requests go to Apollo. No rule is skipped: the pipeline applies all of them, and a JSON body satisfies Apollo's
 * CSRF check, because it needs a preflight.
 */
import { isJsonObject, isRecord } from '../../runtime/guards.js';
import { isSubscription, needsStream, statusOf } from './apollo.js';
import type { OperationRequest, RequestContext } from '../execution/checked-operation.js';
import type { Pipeline } from '../execution/pipeline.js';
import { formatted, type RequestError } from '../security/request-error.js';

export type JsonAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** @returns the operation in the body of a POST, or null if the body is malformed and Apollo is to report it */
export function postJsonOperation(body: unknown): OperationRequest | null {
  if (!isJsonObject(body)) return null;
  const { query, operationName, variables, extensions } = body;
  if (typeof query !== 'string' && !(query === undefined && isRecord(extensions))) return null;
  const fits =
    isAbsentOr(operationName, typeof operationName === 'string') &&
    isAbsentOr(variables, isJsonObject(variables)) &&
    isAbsentOr(extensions, isJsonObject(extensions));
  return fits ? { query, operationName, variables, extensions } : null;
}

export async function answerPostJson(
  request: OperationRequest,
  requestContext: RequestContext,
  jsonType: string,
  pipeline: Pipeline,
): Promise<JsonAnswer> {
  const checked = pipeline.check(request, requestContext);
  if (checked.kind === 'request-error') return refused(checked, jsonType);
  if (isSubscription(checked)) return refused(needsStream(), jsonType);
  const outcome = await pipeline.run(checked, requestContext);
  if (outcome.kind === 'stream') throw new Error('a stream reached an answer that cannot stream');
  if (outcome.kind === 'request-error') return refused(outcome, jsonType);
  return { status: 200, headers: { 'content-type': jsonType }, body: `${JSON.stringify(outcome.result)}\n` };
}

export function refused(requestError: RequestError, jsonType: string): JsonAnswer {
  return {
    status: statusOf(requestError, jsonType),
    headers: { 'content-type': jsonType, ...requestError.headers },
    body: `${JSON.stringify({ errors: formatted(requestError.errors) })}\n`,
  };
}

function isAbsentOr(value: unknown, fits: boolean): boolean {
  return value === undefined || value === null || fits;
}
