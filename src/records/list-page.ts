/** Builds one page of a list from AWS's pages. It takes one call, and more only after pages that AWS left empty. */
import { RECORD_PAGE_SIZE, type ListPage } from '../partner-central/record-operations.js';
import { RETRY_AFTER_MS, type Answered } from './quota-read.js';
import { decodeCursor, encodeCursor } from './record-cursor.js';
import { REPEATED_PAGE } from './record-loader.js';
import type { RecordPage, RecordPageRequest, RecordProblem } from './records.js';

/**
 * AWS may leave pages of a filtered list empty and still give a token. More empty pages in a row than these count as a
 * failure.
 */
const MAX_EMPTY_PAGES = 10;

export async function readList<T>(
  fingerprint: string,
  { first, after }: RecordPageRequest,
  ask: (maxResults: number, nextToken: string | null) => Promise<Answered<ListPage<T>> | RecordProblem>,
): Promise<RecordPage<T> | RecordProblem> {
  const place = after === null ? { token: null, offset: 0 } : decodeCursor(fingerprint, after);
  if ('type' in place) return place;
  let { token, offset } = place;
  for (let page = 0; page < MAX_EMPTY_PAGES; page += 1) {
    const answer = await ask(Math.min(RECORD_PAGE_SIZE, offset + first), token);
    if (answer.type !== 'answered') return answer;
    const { items, nextToken } = answer.value;
    if (nextToken !== null && nextToken === token) return REPEATED_PAGE;
    const shown = items.slice(offset, offset + first);
    if (shown.length > 0 || nextToken === null) {
      return {
        type: 'page',
        items: shown.map((record, index) => {
          const seen = offset + index + 1;
          // AWS's next page follows the last item of its page.
          const next =
            seen === items.length && nextToken !== null ? { token: nextToken, offset: 0 } : { token, offset: seen };
          return { cursor: encodeCursor(fingerprint, next), record };
        }),
        hasNextPage: nextToken !== null || items.length > offset + first,
        hasPreviousPage: after !== null,
      };
    }
    token = nextToken;
    offset = 0;
  }
  return {
    type: 'unavailable',
    message: `AWS answered ${MAX_EMPTY_PAGES} empty pages in a row.`,
    retryAfterMs: RETRY_AFTER_MS,
  };
}
