/**
 * The form of an opportunity. It sends only what was changed, and refuses to overwrite what another person changed in
 * the meantime. Fields that the present state of the opportunity locks say why.
 */
import { useState } from 'preact/hooks';
import type { OpportunityPatch } from '#gql';
import { useAction } from '../parts/action.js';
import type { Opportunity } from '../records/opportunity.js';
import { awsNameOf, FIELDS, SECTIONS, type EditField } from './fields.js';
import { concerns, FormEnd, isConflictAmong, useRefusedField, type UserError } from './form-end.js';
import { RowsControl } from './rows-control.js';
import { Solutions } from './solutions.js';
import { TextControl } from './text-control.js';
import { hasValues, patchOf, valuesOf, type Value } from './values.js';

type Props = {
  readonly opportunity: Opportunity;
  /** Called after a change, so that the record is read again. */
  readonly onSaved: () => void;
  readonly onClose: () => void;
};

export default function EditForm({ opportunity, onSaved, onClose }: Props) {
  // The values as the person saw them. A record that is read again must not change what is being typed.
  const [seen] = useState(opportunity);
  const [before] = useState(() => valuesOf(FIELDS, seen));
  const [values, setValues] = useState(before);
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const form = useRefusedField(errors);
  const update = useAction('UpdateOpportunity');
  const patch = patchOf(FIELDS, before, values);
  const isChanged = Object.keys(patch).length > 0;

  const save = async () => {
    setErrors([]);
    const { catalog, id: identifier } = seen;
    const { lastModifiedAt } = hasValues(FIELDS, opportunity, before) ? opportunity : seen;
    const input = { catalog, identifier, patch: patch as OpportunityPatch };
    const data = await update.run({
      input:
        isConflictAmong(errors) || lastModifiedAt == null ? input : { ...input, expectedModifiedAt: lastModifiedAt },
    });
    if (data === null) return;
    const { userErrors } = data.updateOpportunity;
    setErrors(userErrors);
    if (userErrors.length > 0) return;
    onSaved();
    onClose();
  };
  const control = (field: EditField) => {
    const { path } = field;
    const value = values.get(path);
    const common = {
      lock: seen.editability.find((each) => each.field === awsNameOf(path) && each.editable === false)?.reason ?? null,
      onInput: (changed: Value) => setValues(new Map([...values, [path, changed]])),
    };
    if (!('columns' in field))
      return (
        <TextControl
          key={path}
          {...common}
          field={field}
          text={typeof value === 'string' ? value : ''}
          error={errorAt(path)}
        />
      );
    const cellPath = (index: number, name: string) =>
      field.kind === 'rows' ? `${path}.${index}.${name}` : `${path}.${name}`;
    const rows = typeof value === 'object' ? value : [];
    const cells = rows.flatMap((_, index) => field.columns.map(({ name }) => cellPath(index, name)));
    const ofRows = errors.filter((error) => concerns(error, path) && !cells.some((cell) => concerns(error, cell)));
    return (
      <RowsControl
        key={path}
        {...common}
        field={field}
        rows={rows}
        error={ofRows[0]?.message ?? null}
        errorAt={(index, name) => errorAt(cellPath(index, name))}
      />
    );
  };
  const errorAt = (path: string) => errors.find((error) => concerns(error, path))?.message ?? null;
  return (
    <form
      ref={form}
      class="edit"
      aria-label={`Edit ${seen.id}`}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Solutions opportunity={opportunity} onChanged={onSaved} />
      <fieldset class="sections" disabled={update.isUnderWay}>
        {SECTIONS.map(({ title, isOpen, fields }) => (
          // An error must be in sight, and the browser shows its own only in an open section.
          <details
            key={title}
            class="section"
            open={isOpen || fields.some(({ path }) => errorAt(path) !== null)}
            onInvalidCapture={({ currentTarget }) => (currentTarget.open = true)}
          >
            <summary>{title}</summary>
            <div class="section-fields">{fields.map(control)}</div>
          </details>
        ))}
      </fieldset>
      <FormEnd action={update} errors={errors} fields={FIELDS} isChanged={isChanged} onClose={onClose} />
    </form>
  );
}
