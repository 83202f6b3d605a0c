/** The transitions of a task as a line of time, with the time that each state took. */
import { Instant } from '../parts/pieces.js';
import { durationText, now, timeText, useNow } from '../parts/time.js';
import { statusWord } from '../parts/words.js';
import type { Transition } from './live-task.js';

export function Timeline({ transitions }: { readonly transitions: readonly Transition[] }) {
  useNow(1000);
  return (
    <ol class="timeline" aria-label="Transitions">
      {transitions.map((transition, place) => {
        const { sequence, status, isTerminal, observedAt, message } = transition;
        const next = transitions[place + 1];
        const end = next === undefined ? now() : Date.parse(next.observedAt);
        const { text, tone } = statusWord(status);
        // The card of the failure says the rest.
        const isFailed = tone === 'bad';
        const isOpen = next === undefined && !isTerminal;
        return (
          <li key={sequence} class={`is-${tone}${isOpen ? ' is-open' : ''}`} data-status={status}>
            <p>
              <strong>{text}</strong>
              <Instant at={observedAt}>{timeText(observedAt)}</Instant>
              {!isTerminal && (
                <span class="muted">
                  {isOpen ? 'for ' : ''}
                  {durationText(end - Date.parse(observedAt))}
                </span>
              )}
            </p>
            {!isFailed && message != null && <p class="muted">{message}</p>}
          </li>
        );
      })}
    </ol>
  );
}
