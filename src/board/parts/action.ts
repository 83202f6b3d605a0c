/** An action of a person: one at a time, with its state for the page. */
import { useState } from 'preact/hooks';
import { asFailure, type RequestFailed } from '../api/failure.js';
import type { Requests } from '../api/operations.js';
import { sendSafely } from '../api/send-safely.js';
import { useSession } from '../session/session.js';

export type Action<N extends keyof Requests> = {
  /** True from the call to its outcome. */
  readonly isUnderWay: boolean;
  /** The reason for which the call waits or has failed; null otherwise. */
  readonly failure: RequestFailed | null;
  /** Resolves to null if the call has failed. */
  run(variables: Requests[N]['variables']): Promise<Requests[N]['data'] | null>;
};

export function useAction<N extends keyof Requests>(name: N): Action<N> {
  const { api } = useSession();
  const [isUnderWay, setUnderWay] = useState(false);
  const [failure, setFailure] = useState<RequestFailed | null>(null);
  return {
    isUnderWay,
    failure,
    async run(variables) {
      if (isUnderWay) return null;
      setUnderWay(true);
      setFailure(null);
      try {
        const data = await sendSafely(api, name, variables, setFailure);
        setFailure(null);
        return data;
      } catch (error) {
        setFailure(asFailure(error));
        return null;
      } finally {
        setUnderWay(false);
      }
    },
  };
}
