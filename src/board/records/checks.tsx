/** Readiness checks: those that need attention first, and the others on request. */
import { Badge } from '../parts/pieces.js';
import type { Word } from '../parts/words.js';
import type { Check } from './opportunity.js';

const OUTCOMES: Readonly<Record<string, Word>> = {
  FAILED: { text: 'Failed', tone: 'bad' },
  UNKNOWN: { text: 'Unknown', tone: 'warn' },
  PASSED: { text: 'Passed', tone: 'good' },
};
const UNKNOWN: Word = { text: 'Unknown', tone: 'warn' };

export function Checks({ checks }: { readonly checks: readonly Check[] }) {
  const obstacles = checks.filter(({ isObstacle }) => isObstacle);
  const others = checks.filter(({ isObstacle }) => !isObstacle);
  return (
    <>
      {obstacles.length > 0 && <CheckList checks={obstacles} />}
      {others.length > 0 && (
        <details>
          <summary>
            {others.length} {obstacles.length > 0 ? 'other ' : ''}
            {others.length === 1 ? 'check' : 'checks'}
          </summary>
          <CheckList checks={others} />
        </details>
      )}
    </>
  );
}

function CheckList({ checks }: { readonly checks: readonly Check[] }) {
  return (
    <ul class="checks">
      {checks.map(({ rule, outcome, field, message, evidence }) => (
        <li key={rule} data-rule={rule}>
          <Badge word={OUTCOMES[outcome] ?? UNKNOWN} />
          <div>
            <p>{message}</p>
            <p class="muted" title={evidence}>
              {field ?? 'Several fields'}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
