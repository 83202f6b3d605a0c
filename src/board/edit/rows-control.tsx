/** The control of a list of structures: a row of controls each, which can be added and removed. */
import { useId } from 'preact/hooks';
import { Field } from '../parts/form.js';
import { now } from '../parts/time.js';
import type { Column, RowsField } from './fields.js';
import type { Row } from './values.js';

type Props = {
  readonly field: RowsField;
  /** The reason for which the field cannot be edited; null if it can. */
  readonly lock: string | null;
  readonly rows: readonly Row[];
  readonly error: string | null;
  /** The error about a member of a row. */
  readonly errorAt: (index: number, name: string) => string | null;
  readonly onInput: (rows: readonly Row[]) => void;
};

export function RowsControl({ field, lock, rows, error, errorAt, onInput }: Props) {
  const about = useId();
  const { label, kind, noun, columns, most } = field;
  const add = () => onInput([...rows, Object.fromEntries(columns.map((column) => [column.name, initialOf(column)]))]);
  const change = (index: number, name: string, text: string) =>
    onInput(rows.map((row, at) => (at === index ? { ...row, [name]: text } : row)));
  return (
    <fieldset class="rows" aria-describedby={about}>
      <legend>{label}</legend>
      <p id={about} class={error === null ? 'hint' : 'hint is-error'}>
        {error ?? lock ?? (rows.length === 0 ? 'None.' : '')}
      </p>
      {rows.map((row, index) => {
        const name = kind === 'rows' ? `${noun} ${index + 1}` : noun;
        return (
          // A row has no name of its own, and its controls hold no state.
          <fieldset key={index} class="row">
            <legend>{name}</legend>
            {columns.map((column) => (
              <Field key={column.name} label={column.label} hint={column.hint} error={errorAt(index, column.name)}>
                {(control) => (
                  <input
                    {...control}
                    type="text"
                    {...(column.kind === 'number' ? { inputMode: 'numeric', pattern: '[0-9]+' } : {})}
                    value={row[column.name] ?? ''}
                    required={column.isRequired === true}
                    disabled={lock !== null}
                    onInput={({ currentTarget }) => change(index, column.name, currentTarget.value)}
                  />
                )}
              </Field>
            ))}
            <button
              type="button"
              aria-label={`Remove ${name}`}
              disabled={lock !== null}
              onClick={() => onInput(rows.filter((_, at) => at !== index))}
            >
              Remove
            </button>
          </fieldset>
        );
      })}
      {rows.length < (most ?? Infinity) && (
        <button type="button" disabled={lock !== null} onClick={add}>
          Add {noun.toLowerCase()}
        </button>
      )}
    </fieldset>
  );
}

function initialOf({ kind, initial }: Column): string {
  return kind === 'instant' ? new Date(now()).toISOString() : (initial ?? '');
}
