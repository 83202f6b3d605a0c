/** Edits in memory, which record each call of a resolver. A call without an answer of the test throws. */
import type { Edits } from '../../../src/edits/edits.js';

export type AskedEdits = readonly unknown[][];

export function fakeEdits(answers: Partial<Edits> = {}): Edits & { readonly asked: AskedEdits } {
  const asked: unknown[][] = [];
  const given = <Name extends keyof Edits>(name: Name): Edits[Name] => {
    const ask: unknown = (...args: unknown[]) => {
      const answer: unknown = answers[name];
      if (typeof answer !== 'function') throw new Error(`This test expects no call of ${name}.`);
      asked.push([name, ...args]);
      return Reflect.apply(answer, undefined, args);
    };
    return ask as Edits[Name];
  };
  return {
    asked,
    updateOpportunity: given('updateOpportunity'),
    updateLead: given('updateLead'),
    createOpportunity: given('createOpportunity'),
    associateOpportunity: given('associateOpportunity'),
    disassociateOpportunity: given('disassociateOpportunity'),
    assignOpportunity: given('assignOpportunity'),
    acceptEngagementInvitation: given('acceptEngagementInvitation'),
    rejectEngagementInvitation: given('rejectEngagementInvitation'),
    logDenied: given('logDenied'),
  };
}
