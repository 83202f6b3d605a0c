/**
 * Processes every Start: one token creates at most one task. AWS documents little of this; the rules were observed in
 * public code that ran against AWS.
 *
 * - A new token: the state or the scenario of the target decides.
 * - The same operation and body: the answer shows the current state of the task, also its failure.
 * - The same operation and another body: ConflictException.
 * - Another operation: the answer looks accepted (200, IN_PROGRESS), but there is never a task.
 */
import type { Reply } from '../protocol/aws-json.js';
import { replyAfter, replyInstead } from '../faults.js';
import { requestHash } from '../protocol/request-hash.js';
import type { StartRequest } from '../state/journal.js';
import { IN_PROGRESS } from '../scenarios/scenario.js';
import { scenarioOf } from '../scenarios/scenarios.js';
import { ServiceError } from '../protocol/service-error.js';
import { type Service, elapsedMs } from '../state/service.js';
import type { Subject } from './task-kinds.js';
import type { TaskOutcome } from './task-outcome.js';
import { asStartAnswers, phaseAt, timelineOf } from './timeline.js';
import { CATALOG, CLIENT_TOKEN, type Fields } from '../protocol/validation.js';
import type { StoredTask } from '../state/state.js';

/** Reads the members that every Start has, except the identifier, whose form differs. */
export function readStart(fields: Fields): { readonly catalog: string; readonly clientToken: string } {
  fields.tags();
  return { catalog: fields.string('Catalog', CATALOG), clientToken: fields.string('ClientToken', CLIENT_TOKEN) };
}

/** @param decide returns the outcome of a task whose record's state decides; it is fixed when the task is accepted */
export async function start(
  service: Service,
  subject: Subject,
  body: unknown,
  decide: () => TaskOutcome | undefined,
): Promise<Reply> {
  const { state, clock } = service;
  const request: StartRequest = { ...subject, fingerprint: requestHash(body) };
  const scenario = scenarioOf(subject.kind, subject.target);

  const use = state.useOfToken(request);
  switch (use.kind) {
    case 'replay':
      return answer(service, use.first);
    case 'other-body':
      throw new ServiceError('ConflictException', 'The client token was already used with a different request.');
    case 'other-operation':
      return { kind: 'answer', body: asStartAnswers(state.preview(request, clock.now()), scenario, IN_PROGRESS) };
    case 'new':
      break;
  }

  const fault = scenario.firstSends;
  const hit = fault !== undefined && state.countSend(request.clientToken) <= fault.times ? fault.fault : undefined;
  const instead = replyInstead(hit);
  if (instead !== undefined) return instead;

  // The token check and the acceptance run without an await between them, so that one token creates one task.
  const task = state.accept({ ...request, ...decide() }, clock.now());
  if (scenario.blocksMs !== undefined) await clock.sleep(scenario.blocksMs / service.speed, service.closing);
  return replyAfter(answer(service, task), hit);
}

function answer(service: Service, task: StoredTask): Reply {
  const timeline = timelineOf(task);
  return { kind: 'answer', body: asStartAnswers(task, timeline, phaseAt(timeline, elapsedMs(service, task))) };
}
