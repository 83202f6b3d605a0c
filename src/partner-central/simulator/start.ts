/**
 * What every Start does: one token makes at most one task. AWS documents little of this; the rules are those seen in public code
 * that ran against it.
 *
 *   token not seen before             the scenario of the target decides
 *   same operation, same body         the task as it now stands: after FAILED, that failure again
 *   same operation, other body        ConflictException
 *   another operation                 looks accepted (200, IN_PROGRESS), but there is never a task: silently dropped
 */
import type { Delivery } from './aws-json.js';
import { disturbed, refusal } from './faults.js';
import { fingerprint } from './fingerprint.js';
import { IN_PROGRESS, type Scenario } from './scenario.js';
import { scenarioOf } from './scenarios.js';
import { ServiceError } from './service-error.js';
import { type Service, elapsedMs } from './service.js';
import type { Subject } from './task-kinds.js';
import { asStartAnswers, phaseAt } from './timeline.js';
import type { StartRequest } from './journal.js';
import type { StoredTask } from './world.js';

export async function start(service: Service, subject: Subject, body: unknown): Promise<Delivery> {
  const { world, clock } = service;
  const request: StartRequest = { ...subject, fingerprint: fingerprint(body) };
  const scenario = scenarioOf(subject.kind, subject.target);

  const use = world.useOfToken(request);
  switch (use.kind) {
    case 'replay':
      return answer(service, use.task, scenario);
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
  const task = world.accept(request, clock.now());
  if (scenario.blocksMs !== undefined) await clock.sleep(scenario.blocksMs / service.speed, service.closing);
  return disturbed(answer(service, task, scenario), hit);
}

function answer(service: Service, task: StoredTask, scenario: Scenario): Delivery {
  return { kind: 'answer', body: asStartAnswers(task, scenario, phaseAt(scenario, elapsedMs(service, task))) };
}
