/** The controls of the filter. Each change is in the address of the page at once. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { KINDS, STATUSES, kindWord, statusWord } from '../parts/words.js';
import { useSettled } from '../parts/request.js';
import { useSession } from '../session/session.js';
import { EVERYTHING, isEverything, type Filter } from './filter.js';

const TYPING_MS = 300;

type Props = { readonly filter: Filter; readonly onChange: (filter: Filter) => void };

export function TaskFilters({ filter, onChange }: Props) {
  const { viewer } = useSession();
  const [text, setText] = useState(filter.text);
  const settled = useSettled(text, TYPING_MS);
  const sent = useRef(filter.text);
  // The address may change by itself, for example by the back button. Text that was typed since the last change stays.
  useEffect(() => {
    if (filter.text !== sent.current) setText(filter.text);
    sent.current = filter.text;
  }, [filter.text]);
  useEffect(() => {
    if (settled.trim() === filter.text || settled !== text) return;
    sent.current = settled.trim();
    onChange({ ...filter, text: settled });
  }, [settled]);

  const toggle = (status: (typeof STATUSES)[number]) => {
    const { statuses } = filter;
    const others = statuses.filter((each) => each !== status);
    onChange({ ...filter, statuses: others.length < statuses.length ? others : [...statuses, status] });
  };
  return (
    <form class="filters" role="search" aria-label="Filter of the tasks" onSubmit={(event) => event.preventDefault()}>
      <input
        type="search"
        aria-label="Identifier of a record or a task"
        placeholder="Identifier, for example O1000001"
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <div class="chips" role="group" aria-label="Status">
        {STATUSES.map((status) => (
          <button
            key={status}
            type="button"
            class="chip"
            aria-pressed={filter.statuses.includes(status)}
            onClick={() => toggle(status)}
          >
            {statusWord(status).text}
          </button>
        ))}
      </div>
      <select
        aria-label="Kind"
        value={filter.kind ?? ''}
        onChange={({ currentTarget: { value } }) =>
          onChange({ ...filter, kind: KINDS.find((kind) => kind === value) ?? null })
        }
      >
        <option value="">All kinds</option>
        {KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {kindWord(kind).short}
          </option>
        ))}
      </select>
      {viewer.catalogs.length > 1 && (
        <select
          aria-label="Catalog"
          value={filter.catalog ?? ''}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...filter, catalog: value === 'AWS' || value === 'SANDBOX' ? value : null })
          }
        >
          <option value="">All catalogs</option>
          {viewer.catalogs.map((catalog) => (
            <option key={catalog}>{catalog}</option>
          ))}
        </select>
      )}
      {viewer.subject !== null && viewer.taskAccess === 'ALL' && (
        <button
          type="button"
          class="chip"
          aria-pressed={filter.isOwn}
          onClick={() => onChange({ ...filter, isOwn: !filter.isOwn })}
        >
          Mine
        </button>
      )}
      <button type="button" class="link" hidden={isEverything(filter)} onClick={() => onChange(EVERYTHING)}>
        Clear
      </button>
    </form>
  );
}
