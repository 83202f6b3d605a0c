/** The control of a field with a text, a date, one of a few choices, or a list of texts. */
import { Field } from '../parts/form.js';
import { sentence } from '../parts/words.js';
import type { TextField } from './fields.js';

type Props = {
  readonly field: TextField;
  /** The reason for which the field cannot be edited; null if it can. */
  readonly lock: string | null;
  readonly text: string;
  readonly error: string | null;
  readonly onInput: (text: string) => void;
};

export function TextControl({ field: { label, kind, choices, hint }, lock, text, error, onInput }: Props) {
  return (
    <Field label={label} hint={lock ?? hint} error={error}>
      {(control) => {
        const common = { ...control, value: text, disabled: lock !== null };
        if (choices !== undefined)
          return (
            <select {...common} onChange={({ currentTarget }) => onInput(currentTarget.value)}>
              <option value="">Not set</option>
              {(choices.includes(text) || text === '' ? choices : [text, ...choices]).map((choice) => (
                <option key={choice} value={choice}>
                  {/^[A-Z]+(_[A-Z]+)*$/.test(choice) ? sentence(choice) : choice}
                </option>
              ))}
            </select>
          );
        if (kind === 'long' || kind === 'lines')
          return <textarea {...common} rows={3} onInput={({ currentTarget }) => onInput(currentTarget.value)} />;
        if (kind === 'date')
          return <input {...common} type="date" onInput={({ currentTarget }) => onInput(currentTarget.value)} />;
        return <input {...common} type="text" onInput={({ currentTarget }) => onInput(currentTarget.value)} />;
      }}
    </Field>
  );
}
