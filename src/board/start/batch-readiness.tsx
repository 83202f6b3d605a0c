/** The readiness of a whole list before it is submitted, so that a person can leave out what AWS would refuse. */
import { useState } from 'preact/hooks';
import type { AwsSubmissionInput, Catalog } from '#gql';
import { asFailure, type RequestFailed } from '../api/failure.js';
import { FailureNotice, Notice } from '../parts/pieces.js';
import { useSession } from '../session/session.js';

type Props = {
  readonly catalog: Catalog;
  readonly identifiers: readonly string[];
  readonly awsSubmission: AwsSubmissionInput;
  readonly onLeaveOut: (identifiers: readonly string[]) => void;
};

type Obstacle = { readonly identifier: string; readonly messages: readonly string[] };

/** The most identifiers that a filter may have. */
const PART = 20;

export function BatchReadiness({ catalog, identifiers, awsSubmission, onLeaveOut }: Props) {
  const { api } = useSession();
  const [checked, setChecked] = useState<number | null>(null);
  const [blocked, setBlocked] = useState<readonly Obstacle[]>([]);
  const [failure, setFailure] = useState<RequestFailed | null>(null);
  const isUnderWay = checked !== null && checked < identifiers.length && failure === null;

  const check = async () => {
    setFailure(null);
    setBlocked([]);
    const found: Obstacle[] = [];
    for (let from = 0; from < identifiers.length; from += PART) {
      setChecked(from);
      const part = identifiers.slice(from, from + PART);
      const { opportunities } = await api.request('SubmissionWorklist', {
        catalog,
        awsSubmission,
        first: PART,
        filter: { identifiers: part },
      });
      const nodes = (opportunities?.nodes ?? []).flatMap((node) => node ?? []);
      for (const identifier of part) {
        const node = nodes.find(({ id }) => id === identifier);
        if (node === undefined) found.push({ identifier, messages: ['AWS has no such opportunity in this catalog.'] });
        else if (node.submissionVerdict === 'BLOCKED') {
          const failed = node.submissionReadiness.filter(({ outcome }) => outcome === 'FAILED');
          found.push({ identifier, messages: failed.map(({ message }) => message) });
        }
      }
      setBlocked([...found]);
    }
    setChecked(identifiers.length);
  };
  const title = blocked.length === 1 ? '1 is not ready.' : `${blocked.length} are not ready.`;
  return (
    <div class="actions is-apart">
      {failure !== null && <FailureNotice failure={failure} what="The readiness could not be read." />}
      {blocked.length > 0 && (
        <Notice tone="warn" title={title} isAnswer>
          <ul>
            {blocked.map(({ identifier, messages }) => (
              <li key={identifier}>
                <code>{identifier}</code> {messages.join(' ')}
              </li>
            ))}
          </ul>
          <button type="button" class="small" onClick={() => onLeaveOut(blocked.map(({ identifier }) => identifier))}>
            Leave them out
          </button>
        </Notice>
      )}
      <button
        type="button"
        disabled={identifiers.length === 0 || isUnderWay}
        onClick={() => void check().catch((error: unknown) => setFailure(asFailure(error)))}
      >
        {isUnderWay ? `Checked ${checked} of ${identifiers.length}` : 'Check the readiness first'}
      </button>
      <span class="muted" role="status">
        {checked === identifiers.length && blocked.length === 0 && checked > 0
          ? 'All are ready.'
          : 'Costs about two reads for each.'}
      </span>
    </div>
  );
}
