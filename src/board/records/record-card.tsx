/** The frame of a record: its state while it is read, and its readiness. */
import type { ComponentChildren } from 'preact';
import { FailureNotice, Loading, VerdictBadge } from '../parts/pieces.js';
import type { Loaded } from '../parts/request.js';

type Props<T> = {
  readonly what: string;
  readonly identifier: string;
  readonly loaded: Pick<Loaded<T>, 'data' | 'failure' | 'reload'>;
  readonly children: (data: T) => ComponentChildren;
};

/** @param children gives null if AWS has no such record */
export function RecordCard<T>({ what, identifier, loaded: { data, failure, reload }, children }: Props<T>) {
  const content = data === null ? null : children(data);
  return (
    <section class="card" aria-label={`${what} ${identifier}`}>
      <h2 class="record-title">
        {what} <span class="muted">{identifier}</span>
        <button type="button" class="link" onClick={reload}>
          Refresh
        </button>
      </h2>
      {failure !== null && <FailureNotice failure={failure} what={failureTextOf(what, data !== null)} />}
      {data === null
        ? failure === null && <Loading lines={5} />
        : (content ?? <p class="muted">AWS has no record of this identifier in the catalog.</p>)}
    </section>
  );
}

/** A record that was read before stays in sight, with the form in which a person may be typing. */
function failureTextOf(what: string, wasRead: boolean): string {
  const name = what === "AWS's side" ? what : `The ${what.toLowerCase()}`;
  return wasRead ? `${name} could not be read again. This is its earlier state.` : `${name} could not be read.`;
}

export function Verdict({ verdict, what }: { readonly verdict: string; readonly what: string }) {
  return (
    <p class="verdict" data-verdict={verdict}>
      <VerdictBadge verdict={verdict} /> <span>{what}</span>
    </p>
  );
}
