/** The readiness of a whole list before it is submitted, so that a person can leave out what AWS would refuse. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AwsSubmissionInput, Catalog } from '#gql';
import { asFailure, type RequestFailed } from '../api/failure.js';
import { sendSafely } from '../api/send-safely.js';
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
const NOT_SHOWN = 'AWS has no such opportunity in this catalog, or it could not be read.';

export function BatchReadiness({ catalog, identifiers, awsSubmission, onLeaveOut }: Props) {
  const { api } = useSession();
  const [checked, setChecked] = useState<number | null>(null);
  const [blocked, setBlocked] = useState<readonly Obstacle[]>([]);
  const [unsure, setUnsure] = useState(0);
  const [failure, setFailure] = useState<RequestFailed | null>(null);
  const isUnderWay = checked !== null && checked < identifiers.length && (failure === null || failure.passes);
  // The reads are spent only while a person waits for them.
  const isHere = useRef(true);
  useEffect(() => () => void (isHere.current = false), []);

  const check = async () => {
    setFailure(null);
    setBlocked([]);
    setUnsure(0);
    const found: Obstacle[] = [];
    let unknown = 0;
    for (let from = 0; from < identifiers.length; from += PART) {
      setChecked(from);
      const part = identifiers.slice(from, from + PART);
      const variables = { catalog, awsSubmission, first: PART, filter: { identifiers: part } };
      const { opportunities } = await sendSafely(api, 'SubmissionWorklist', variables, setFailure);
      if (!isHere.current) return;
      setFailure(null);
      const nodes = (opportunities?.nodes ?? []).flatMap((node) => node ?? []);
      for (const identifier of part) {
        const node = nodes.find(({ id }) => id === identifier);
        if (node === undefined) found.push({ identifier, messages: [NOT_SHOWN] });
        else if (node.submissionVerdict === 'UNKNOWN') unknown += 1;
        else if (node.submissionVerdict === 'BLOCKED') {
          const failed = node.submissionReadiness.filter(({ outcome }) => outcome === 'FAILED');
          found.push({ identifier, messages: failed.map(({ message }) => message) });
        }
      }
      setBlocked([...found]);
      setUnsure(unknown);
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
        {checked === identifiers.length && checked > 0
          ? outcomeText(identifiers.length - blocked.length - unsure, unsure)
          : 'Costs about two reads for each.'}
      </span>
    </div>
  );
}

function outcomeText(ready: number, unsure: number): string {
  const all = ready === 1 ? '1 is ready.' : `${ready} are ready.`;
  return unsure === 0 ? all : `${all} The checks are not sure about ${unsure}.`;
}
