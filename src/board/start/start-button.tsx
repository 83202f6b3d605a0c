/** The button of a start, with the outcome of the last one where it is not a task. */
import { FailureNotice, Notice } from '../parts/pieces.js';
import type { Start } from './use-start.js';

type Props = {
  readonly start: Start;
  readonly label: string;
  readonly isReady: boolean;
  /** True if a check says that the start will fail. */
  readonly isBlocked: boolean;
};

export function StartButton({ start: { isUnderWay, failure, refusals }, label, isReady, isBlocked }: Props) {
  return (
    <div class="actions">
      {refusals.map(({ code, message }) => (
        <Notice key={code} tone="bad" isAnswer>
          <p>{message}</p>
        </Notice>
      ))}
      {failure !== null && <FailureNotice failure={failure} what="The start has no answer yet." />}
      <button type="submit" class={isBlocked ? 'primary is-warning' : 'primary'} disabled={!isReady || isUnderWay}>
        {isUnderWay
          ? failure === null
            ? 'Waiting for AWS…'
            : 'Sending again…'
          : isBlocked
            ? `${label} anyway`
            : label}
      </button>
      <span class="muted">
        {isUnderWay
          ? 'Keep this page open until the gateway has answered. It starts once, however often the page sends it.'
          : isBlocked
            ? 'AWS will probably refuse it, as the readiness says.'
            : ''}
      </span>
    </div>
  );
}
