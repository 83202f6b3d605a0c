/** The form of a lead. It sends only what was changed, and refuses to overwrite a change of the engagement unawares. */
import { useState } from 'preact/hooks';
import type { LeadPatch } from '#gql';
import { useAction } from '../parts/action.js';
import type { Engagement, Lead } from '../records/lead.js';
import { concerns, FormEnd, isConflictAmong, useRefusedField, type UserError } from './form-end.js';
import { LEAD_FIELDS } from './lead-fields.js';
import { TextControl } from './text-control.js';
import { hasValues, patchOf, valuesOf } from './values.js';

type Props = {
  readonly engagement: Engagement;
  readonly contextIdentifier: string;
  readonly lead: Lead;
  /** Called after a change, so that the record is read again. */
  readonly onSaved: () => void;
  readonly onClose: () => void;
};

export default function LeadForm({ engagement, contextIdentifier, lead, onSaved, onClose }: Props) {
  // The values as the person saw them. A record that is read again must not change what is being typed.
  const [seen] = useState(engagement);
  const [before] = useState(() => valuesOf(LEAD_FIELDS, lead));
  const [values, setValues] = useState(before);
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const form = useRefusedField(errors);
  const update = useAction('UpdateLead');
  const patch = patchOf(LEAD_FIELDS, before, values);

  const save = async () => {
    setErrors([]);
    const { catalog, id: identifier } = seen;
    const { modifiedAt } = hasValues(LEAD_FIELDS, lead, before) ? engagement : seen;
    const input = { catalog, identifier, contextIdentifier, patch: patch as LeadPatch };
    const data = await update.run({
      input: isConflictAmong(errors) || modifiedAt == null ? input : { ...input, expectedModifiedAt: modifiedAt },
    });
    if (data === null) return;
    const { userErrors } = data.updateLead;
    setErrors(userErrors);
    if (userErrors.length > 0) return;
    onSaved();
    onClose();
  };
  return (
    <form
      ref={form}
      class="edit"
      aria-label={`Edit lead ${contextIdentifier}`}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <fieldset class="sections" disabled={update.isUnderWay}>
        {LEAD_FIELDS.map((field) => {
          const value = values.get(field.path);
          return (
            <TextControl
              key={field.path}
              field={field}
              lock={null}
              text={typeof value === 'string' ? value : ''}
              error={errors.find((error) => concerns(error, field.path))?.message ?? null}
              onInput={(text) => setValues(new Map([...values, [field.path, text]]))}
            />
          );
        })}
      </fieldset>
      <FormEnd
        action={update}
        errors={errors}
        fields={LEAD_FIELDS}
        isChanged={Object.keys(patch).length > 0}
        onClose={onClose}
      />
    </form>
  );
}
