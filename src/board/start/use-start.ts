/** A start: it is sent until its outcome is known, and its task is shown. */
import { useState } from 'preact/hooks';
import type { AcceptInvitationMutation, ConvertLeadMutation, SubmitOpportunityMutation } from '#gql';
import type { RequestFailed } from '../api/failure.js';
import { useAction } from '../parts/action.js';
import { href, useGo } from '../parts/route.js';
import { useClientTokens } from './client-token.js';
import { keepWarnings } from './warnings.js';

export type UserError = SubmitOpportunityMutation['startEngagementFromOpportunityTask']['userErrors'][number];
type Payload =
  | SubmitOpportunityMutation['startEngagementFromOpportunityTask']
  | ConvertLeadMutation['startOpportunityFromEngagementTask']
  | AcceptInvitationMutation['startEngagementByAcceptingInvitationTask'];

export type Start = {
  readonly isUnderWay: boolean;
  readonly failure: RequestFailed | null;
  /** Refusals that concern no field of the form. */
  readonly refusals: readonly UserError[];
  /** The refusal of a field; null if it was not refused. */
  errorOf(field: string): string | null;
};

export function useStart() {
  const go = useGo();
  const submit = useAction('SubmitOpportunity');
  const convert = useAction('ConvertLead');
  const accept = useAction('AcceptInvitation');
  const tokens = useClientTokens();
  const [errors, setErrors] = useState<readonly UserError[]>([]);

  function show(input: object, payload: Payload | null): void {
    if (payload === null) return;
    tokens.settle(input);
    if (payload.task == null) return setErrors(payload.userErrors);
    keepWarnings(payload.task.id, payload.warnings ?? []);
    go(href(['task', payload.task.id]));
  }
  const withToken = <T extends object>(input: T) => {
    setErrors([]);
    return { ...input, clientToken: tokens.of(input) };
  };
  const stateOf = ({ isUnderWay, failure }: Pick<Start, 'isUnderWay' | 'failure'>): Start => ({
    isUnderWay,
    failure,
    refusals: errors.filter(({ field }) => field == null || field.length < 2),
    errorOf: (name) => errors.find(({ field }) => field?.[1] === name)?.message ?? null,
  });
  return {
    submit: {
      ...stateOf(submit),
      async run(input: Omit<Parameters<typeof submit.run>[0]['input'], 'clientToken'>) {
        const data = await submit.run({ input: withToken(input) });
        show(input, data?.startEngagementFromOpportunityTask ?? null);
      },
    },
    convert: {
      ...stateOf(convert),
      async run(input: Omit<Parameters<typeof convert.run>[0]['input'], 'clientToken'>) {
        const data = await convert.run({ input: withToken(input) });
        show(input, data?.startOpportunityFromEngagementTask ?? null);
      },
    },
    accept: {
      ...stateOf(accept),
      async run(input: Omit<Parameters<typeof accept.run>[0]['input'], 'clientToken'>) {
        const data = await accept.run({ input: withToken(input) });
        show(input, data?.startEngagementByAcceptingInvitationTask ?? null);
      },
    },
  };
}
