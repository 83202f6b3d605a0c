/** The form of a lead. A change of the engagement since it was read is a conflict. */
import type { LeadPatch } from '#gql';
import { useAction } from '../parts/action.js';
import type { Engagement, Lead } from '../records/lead.js';
import { FormEnd } from './form-end.js';
import { LEAD_FIELDS } from './lead-fields.js';
import { TextControl } from './text-control.js';
import { useEdit } from './use-edit.js';

type Props = {
  readonly engagement: Engagement;
  readonly contextIdentifier: string;
  readonly lead: Lead;
  /** Called after a change, so that the record is read again. */
  readonly onSaved: () => void;
  readonly onClose: () => void;
};

export default function LeadForm({ engagement, contextIdentifier, lead, onSaved, onClose }: Props) {
  const { catalog, id: identifier, modifiedAt } = engagement;
  const update = useAction('UpdateLead');
  const edit = useEdit({
    fields: LEAD_FIELDS,
    record: lead,
    modifiedAt,
    async send(patch, expected) {
      const input = { catalog, identifier, contextIdentifier, patch: patch as LeadPatch, ...expected };
      return (await update.run({ input }))?.updateLead.userErrors ?? null;
    },
    onSaved,
    onClose,
  });
  return (
    <form ref={edit.form} class="edit" aria-label={`Edit lead ${contextIdentifier}`} onSubmit={edit.submit}>
      <fieldset class="sections" disabled={update.isUnderWay}>
        {LEAD_FIELDS.map((field) => (
          <TextControl
            key={field.path}
            field={field}
            lock={null}
            text={edit.textAt(field.path)}
            error={edit.errorAt(field.path)}
            onInput={(text) => edit.change(field.path, text)}
          />
        ))}
      </fieldset>
      <FormEnd action={update} errors={edit.errors} fields={LEAD_FIELDS} isChanged={edit.isChanged} onClose={onClose} />
    </form>
  );
}
