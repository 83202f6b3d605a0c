/**
 * The form of an opportunity. It sends only what was changed, and refuses to overwrite what another person changed in
 * the meantime. Fields that the present state of the opportunity locks say why.
 */
import { useState } from 'preact/hooks';
import type { OpportunityPatch, UpdateOpportunityMutation } from '#gql';
import { useAction } from '../parts/action.js';
import { Field } from '../parts/form.js';
import { FailureNotice, Notice } from '../parts/pieces.js';
import { sentence } from '../parts/words.js';
import type { Opportunity } from '../records/opportunity.js';
import { FIELDS, patchOf, textAt, type EditField } from './fields.js';
import { Solutions } from './solutions.js';

type UserError = UpdateOpportunityMutation['updateOpportunity']['userErrors'][number];

type Props = {
  readonly opportunity: Opportunity;
  /** Called after a change, so that the record is read again. */
  readonly onSaved: () => void;
  readonly onClose: () => void;
};

export default function EditForm({ opportunity, onSaved, onClose }: Props) {
  // The values as the person saw them. A record that is read again must not change what is being typed.
  const [seen] = useState(opportunity);
  const [before] = useState(() => new Map(FIELDS.map(({ path }) => [path, textAt(seen, path)])));
  const [texts, setTexts] = useState<ReadonlyMap<string, string>>(before);
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const update = useAction('UpdateOpportunity');
  const patch = patchOf(before, texts);
  const isChanged = Object.keys(patch).length > 0;
  const isConflict = errors.some(({ code }) => code === 'EDIT_CONFLICT');

  const save = async () => {
    setErrors([]);
    const { catalog, id: identifier, lastModifiedAt } = seen;
    const input = { catalog, identifier, patch: patch as OpportunityPatch };
    // A person who has read about the conflict means to overwrite.
    const data = await update.run({
      input: isConflict || lastModifiedAt == null ? input : { ...input, expectedModifiedAt: lastModifiedAt },
    });
    if (data === null) return;
    const { userErrors } = data.updateOpportunity;
    setErrors(userErrors);
    if (userErrors.length > 0) return;
    onSaved();
    onClose();
  };
  const errorAt = (path: string) => errors.find((error) => concerns(error, path))?.message ?? null;
  const others = errors.filter((error) => !FIELDS.some(({ path }) => concerns(error, path)));
  return (
    <form
      class="edit"
      aria-label={`Edit ${seen.id}`}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Solutions opportunity={opportunity} onChanged={onSaved} />
      {FIELDS.map((field) => (
        <EditControl
          key={field.path}
          field={field}
          opportunity={seen}
          text={texts.get(field.path) ?? ''}
          error={errorAt(field.path)}
          onInput={(text) => setTexts(new Map([...texts, [field.path, text]]))}
        />
      ))}
      <div class="actions">
        {others.map(({ code, message, conflict }) => (
          <Notice
            key={message}
            tone="bad"
            isAnswer
            {...(code === 'EDIT_CONFLICT' ? { title: 'It was changed in the meantime.' } : {})}
          >
            <p>{message}</p>
            {conflict?.theirs != null && <p>It is now {String(conflict.theirs)}.</p>}
          </Notice>
        ))}
        {update.failure !== null && <FailureNotice failure={update.failure} what="The edit has no answer yet." />}
        <button type="submit" class="primary" disabled={!isChanged || update.isUnderWay}>
          {update.isUnderWay ? 'Saving at AWS…' : isConflict ? 'Save mine anyway' : 'Save at AWS'}
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}

/** True if the error is about the field of the form, or about an item of its list. */
function concerns({ field }: UserError, path: string): boolean {
  return `${field?.join('.')}.`.startsWith(`input.patch.${path}.`);
}

type ControlProps = {
  readonly field: EditField;
  readonly opportunity: Opportunity;
  readonly text: string;
  readonly error: string | null;
  readonly onInput: (text: string) => void;
};

function EditControl({
  field: { awsName, label, kind, choices, hint },
  opportunity,
  text,
  error,
  onInput,
}: ControlProps) {
  const locked = opportunity.editability.find(({ field, editable }) => field === awsName && editable === false);
  return (
    <Field label={label} hint={locked?.reason ?? hint} error={error}>
      {(control) => {
        const common = { ...control, value: text, disabled: locked !== undefined };
        if (choices !== undefined)
          return (
            <select {...common} onChange={({ currentTarget }) => onInput(currentTarget.value)}>
              <option value="">Not set</option>
              {(choices.includes(text) || text === '' ? choices : [text, ...choices]).map((choice) => (
                <option key={choice} value={choice}>
                  {choice === choice.toUpperCase() ? sentence(choice) : choice}
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
