/**
 * The short way to an answer in JSON: to authentication and the pipeline, past Apollo Server, whose own handling of a request costs several
 * times what a small query does. It takes what nearly every client sends, a JSON body in which each member is of its type, and answers it
 * byte for byte like Apollo, which has everything else. No rule is passed by: all of them are the pipeline's, and a JSON body is what Apollo
 * takes as proof against forgery, since a foreign page cannot send one without asking first.
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

/** @returns the body of a POST as an operation; null where Apollo is to say what is wrong with it. */
export function plainOperation(body: unknown): OperationRequest | null {
  if (!isJsonObject(body)) return null;
  const { query, operationName, variables, extensions } = body;
  if (typeof query !== 'string' && !(query === undefined && isRecord(extensions))) return null;
  const fits =
    isAbsentOr(operationName, typeof operationName === 'string') &&
    isAbsentOr(variables, isJsonObject(variables)) &&
    isAbsentOr(extensions, isJsonObject(extensions));
  return fits ? { query, operationName, variables, extensions } : null;
}

export async function answerDirectly(
  request: OperationRequest,
  requestContext: RequestContext,
  jsonType: string,
  pipeline: Pipeline,
): Promise<JsonAnswer> {
  const checked = pipeline.check(request, requestContext);
  if (checked.kind === 'request-error') return refused(checked, jsonType);
  if (isSubscription(checked)) return refused(needsStream(), jsonType);
  const outcome = await pipeline.run(checked, requestContext);
  if (outcome.kind === 'stream') throw new Error('a stream reached an answer that has an end');
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
