/**
 * What every Start does: one token makes at most one task. AWS documents little of this; the rules are those seen in public code
 * that ran against it.
 *
 *   token not seen before             the world or the scenario of the target decides
 *   same operation, same body         the task as it now stands: after FAILED, that failure again
 *   same operation, other body        ConflictException
 *   another operation                 looks accepted (200, IN_PROGRESS), but there is never a task: silently dropped
 */
import type { Delivery } from '../protocol/aws-json.js';
import { disturbed, refusal } from '../faults.js';
import { fingerprint } from '../protocol/request-hash.js';
import type { Decision, StartRequest } from '../state/journal.js';
import { IN_PROGRESS } from '../scenarios/scenario.js';
import { scenarioOf } from '../scenarios/scenarios.js';
import { ServiceError } from '../protocol/service-error.js';
import { type Service, elapsedMs } from '../state/service.js';
import type { Subject } from './task-kinds.js';
import { asStartAnswers, phaseAt, planOf } from './timeline.js';
import { CATALOG, CLIENT_TOKEN, type Fields } from '../protocol/validation.js';
import type { StoredTask } from '../state/state.js';

/** The members that every Start has, but for the identifier, whose form is each one's own. */
export function readStart(fields: Fields): { readonly catalog: string; readonly clientToken: string } {
  fields.tags();
  return { catalog: fields.string('Catalog', CATALOG), clientToken: fields.string('ClientToken', CLIENT_TOKEN) };
}

/** `decide` tells what becomes of a task about something of the world. It is fixed when the task is accepted. */
export async function start(
  service: Service,
  subject: Subject,
  body: unknown,
  decide: () => Verdict | undefined,
): Promise<Delivery> {
  const { world, clock } = service;
  const request: StartRequest = { ...subject, fingerprint: fingerprint(body) };
  const scenario = scenarioOf(subject.kind, subject.target);

  const use = world.useOfToken(request);
  switch (use.kind) {
    case 'replay':
      return answer(service, use.task);
    case 'other-body':
      throw new ServiceError('ConflictException', 'The client token was already used with a different request.');
    case 'other-operation':
      return { kind: 'answer', body: asStartAnswers(world.imagine(request, clock.now()), scenario, IN_PROGRESS) };
    case 'new':
      break;
  }

  const fault = scenario.firstSends;
  const hit = fault !== undefined && world.countSend(request.clientToken) <= fault.times ? fault.fault : undefined;
  const refused = refusal(hit);
  if (refused !== undefined) return refused;

  // No await between the look at the token and here: the two belong together.
  const task = world.accept({ ...request, ...decide() }, clock.now());
  if (scenario.blocksMs !== undefined) await clock.sleep(scenario.blocksMs / service.speed, service.closing);
  return disturbed(answer(service, task), hit);
}

/** What the world says to a Start, and what it then already knows of its result. */
export type Verdict = { readonly decided: Decision; readonly newContextIdentifier?: string };

function answer(service: Service, task: StoredTask): Delivery {
  const plan = planOf(task);
  return { kind: 'answer', body: asStartAnswers(task, plan, phaseAt(plan, elapsedMs(service, task))) };
}
