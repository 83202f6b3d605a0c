/** The form of an opportunity. Fields that the present state of the opportunity locks say why. */
import { useState } from 'preact/hooks';
import type { OpportunityPatch } from '#gql';
import { useAction } from '../parts/action.js';
import type { Opportunity } from '../records/opportunity.js';
import { awsNameOf, FIELDS, SECTIONS, type EditField } from './fields.js';
import { FormEnd } from './form-end.js';
import { RowsControl } from './rows-control.js';
import { Solutions } from './solutions.js';
import { TextControl } from './text-control.js';
import { concerns, useEdit } from './use-edit.js';
import type { Value } from './values.js';

type Props = {
  readonly opportunity: Opportunity;
  /** Called after a change, so that the record is read again. */
  readonly onSaved: () => void;
  readonly onClose: () => void;
};

export default function EditForm({ opportunity, onSaved, onClose }: Props) {
  const { catalog, id: identifier, lastModifiedAt } = opportunity;
  // The locks stay as the person saw them, like the values.
  const [{ editability }] = useState(opportunity);
  const update = useAction('UpdateOpportunity');
  const edit = useEdit({
    fields: FIELDS,
    record: opportunity,
    modifiedAt: lastModifiedAt,
    async send(patch, expected) {
      const input = { catalog, identifier, patch: patch as OpportunityPatch, ...expected };
      return (await update.run({ input }))?.updateOpportunity.userErrors ?? null;
    },
    onSaved,
    onClose,
  });
  const control = (field: EditField) => {
    const { path } = field;
    const common = {
      lock: editability.find((each) => each.field === awsNameOf(path) && each.editable === false)?.reason ?? null,
      onInput: (changed: Value) => edit.change(path, changed),
    };
    if (!('columns' in field))
      return <TextControl key={path} {...common} field={field} text={edit.textAt(path)} error={edit.errorAt(path)} />;
    const cellPath = (index: number, name: string) =>
      field.kind === 'rows' ? `${path}.${index}.${name}` : `${path}.${name}`;
    const rows = edit.rowsAt(path);
    const cells = rows.flatMap((_, index) => field.columns.map(({ name }) => cellPath(index, name)));
    const ofRows = edit.errors.filter((error) => concerns(error, path) && !cells.some((cell) => concerns(error, cell)));
    return (
      <RowsControl
        key={path}
        {...common}
        field={field}
        rows={rows}
        error={ofRows[0]?.message ?? null}
        errorAt={(index, name) => edit.errorAt(cellPath(index, name))}
      />
    );
  };
  return (
    <form ref={edit.form} class="edit" aria-label={`Edit ${identifier}`} onSubmit={edit.submit}>
      <Solutions opportunity={opportunity} onChanged={onSaved} />
      <fieldset class="sections" disabled={update.isUnderWay}>
        {SECTIONS.map(({ title, isOpen, fields }) => (
          // An error must be in sight, and the browser shows its own only in an open section.
          <details
            key={title}
            class="section"
            open={isOpen || fields.some(({ path }) => edit.errorAt(path) !== null)}
            onInvalidCapture={({ currentTarget }) => (currentTarget.open = true)}
          >
            <summary>{title}</summary>
            <div class="section-fields">{fields.map(control)}</div>
          </details>
        ))}
      </fieldset>
      <FormEnd action={update} errors={edit.errors} fields={FIELDS} isChanged={edit.isChanged} onClose={onClose} />
    </form>
  );
}
