/** The cause of a failure, the advice for it, and the next step. */
import { useState } from 'preact/hooks';
import { Notice, FailureNotice } from '../parts/pieces.js';
import { useAction } from '../parts/action.js';
import { href, useGo } from '../parts/route.js';
import { categoryWord, subjectOf, type Task } from '../parts/words.js';
import { useSession } from '../session/session.js';
import { startAddress } from './start-address.js';
import type { FullTask } from './live-task.js';

type Failure = NonNullable<FullTask['failure']>;

export function FailureCard({ task, failure }: { readonly task: FullTask; readonly failure: Failure }) {
  const { viewer } = useSession();
  const code = failure.rawReasonCode ?? failure.errorCode;
  return (
    <section class="card is-failure" aria-labelledby="failure">
      <h2 id="failure">{headingOf(failure)}</h2>
      <p class="advice">{failure.recovery}</p>
      {failure.finding != null && <p>{failure.finding}</p>}
      <div class="said">
        <p class="muted">{code == null ? 'AWS said' : `AWS said, with ${code}`}</p>
        <blockquote>{failure.message}</blockquote>
      </div>
      {failure.fieldErrors.length > 0 && (
        <ul class="field-errors">
          {failure.fieldErrors.map(({ field, code: kind, message }) => (
            <li key={`${field} ${kind}`}>
              {field != null && <code>{field}</code>} {message}
            </li>
          ))}
        </ul>
      )}
      {viewer.canStartTasks && <NextStep task={task} action={failure.nextAction} />}
    </section>
  );
}

/** The category alone does not say whether the same start can be retried. */
function headingOf({ category, nextAction }: Failure): string {
  if (category === 'FIX_AND_RESUBMIT' && nextAction === 'NEW_START') return 'A new start is needed';
  return categoryWord(category);
}

function NextStep({ task, action }: { readonly task: FullTask; readonly action: Failure['nextAction'] }) {
  if (task.retriedBy != null)
    return (
      <p>
        This task has been retried. <a href={href(['task', task.retriedBy.id])}>Show the retry</a>
      </p>
    );
  switch (action) {
    case 'RETRY':
      return <Retry task={task} label="Retry" />;
    case 'RETRY_LATER':
      return <Retry task={task} label="Retry" hint="Best after some minutes. There is nothing to correct." />;
    case 'RETRY_DESPITE_ADVICE':
      return <Retry task={task} label="Retry anyway" isDespiteAdvice />;
    case 'NEW_START':
    case 'NEW_TOKEN':
    case 'CORRECT_INPUT':
      return (
        <p class="actions">
          <a class="button" href={startAddress(task)}>
            Start {subjectOf(task)} again
          </a>
        </p>
      );
    case 'NONE':
    case 'READ_TASK':
    case 'REPEAT':
    case 'RESOLVE_CONFLICT':
    case '%future added value':
      // Nothing is left to do, or this page does not know the step.
      return null;
    default:
      return action satisfies never;
  }
}

type RetryProps = {
  readonly task: Task;
  readonly label: string;
  readonly hint?: string;
  readonly isDespiteAdvice?: boolean;
};

function Retry({ task, label, hint, isDespiteAdvice = false }: RetryProps) {
  const go = useGo();
  const retry = useAction('RetryTask');
  const [isChecked, setChecked] = useState(false);
  const [refusals, setRefusals] = useState<readonly { readonly code: string; readonly message: string }[]>([]);
  const mustLook = isDespiteAdvice || refusals.some(({ code }) => code === 'LOOK_FIRST' || code === 'ALREADY_DONE');
  const run = async () => {
    setRefusals([]);
    const data = await retry.run({ id: task.id, despiteAdvice: mustLook && isChecked });
    if (data === null) return;
    const { task: retried, userErrors } = data.retryTask;
    if (retried != null) go(href(['task', retried.id]));
    else setRefusals(userErrors);
  };
  return (
    <div class="actions">
      {refusals.map(({ code, message }) => (
        <Notice key={code} tone="warn" isAnswer>
          <p>{message}</p>
        </Notice>
      ))}
      {retry.failure !== null && <FailureNotice failure={retry.failure} what="The retry has no answer yet." />}
      {mustLook && (
        <label class="check">
          <input
            type="checkbox"
            checked={isChecked}
            onChange={({ currentTarget }) => setChecked(currentTarget.checked)}
          />
          I have looked in Partner Central, and the work is not done.
        </label>
      )}
      <button
        type="button"
        class="primary"
        disabled={retry.isUnderWay || (mustLook && !isChecked)}
        onClick={() => void run()}
      >
        {retry.isUnderWay ? 'Retrying…' : mustLook ? 'Retry anyway' : label}
      </button>
      {hint !== undefined && <span class="muted">{hint}</span>}
    </div>
  );
}
