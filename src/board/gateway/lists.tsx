/** The lists of AWS that the gateway reads to follow tasks, and how late their news arrive. */
import { Instant } from '../parts/pieces.js';
import { ageText, durationText, now, useNow } from '../parts/time.js';
import { KINDS, kindWord } from '../parts/words.js';
import type { Status } from './status.js';

/** Numbers above this are more than rounding. */
const NOTICEABLE_STRETCH = 1.05;

/** Each list has its row from the beginning, so that nothing moves when it is read for the first time. */
export function Lists({ status: { taskLists, catalogs } }: { readonly status: Status }) {
  useNow(1000);
  const names = KINDS.flatMap((kind) => catalogs.map((catalog) => ({ kind, catalog })));
  return (
    <table class="numbers">
      <thead>
        <tr>
          <th scope="col">List of AWS</th>
          <th scope="col" class="is-word">
            Read every
          </th>
          <th scope="col" class="is-word">
            Last read
          </th>
        </tr>
      </thead>
      <tbody>
        {names.map(({ kind, catalog }) => {
          const list = taskLists.find((each) => each.kind === kind && each.catalog === catalog);
          return (
            <tr key={`${kind} ${catalog}`}>
              <th scope="row">
                {kindWord(kind).short}
                {catalogs.length > 1 && <span class={`catalog is-${catalog.toLowerCase()}`}>{catalog}</span>}
              </th>
              <td>{list?.intervalMs == null ? 'no task' : durationText(list.intervalMs)}</td>
              <td>
                {list?.readAt == null ? (
                  'never'
                ) : (
                  <Instant at={list.readAt}>{ageText(now() - Date.parse(list.readAt))} ago</Instant>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** AWS does not say when a task ends, so the gateway sees its end at the next reading of the list. */
export function Delay({ status: { taskLists, pollStretch } }: { readonly status: Status }) {
  const intervals = taskLists.flatMap(({ intervalMs }) => intervalMs ?? []);
  if (intervals.length === 0) return <>no task to follow</>;
  return (
    <>
      up to {durationText(Math.max(...intervals))}
      {pollStretch > NOTICEABLE_STRETCH && <small> slowed {pollStretch.toFixed(1)} × to save reads</small>}
    </>
  );
}
