/**
 * The edit of a record by a form. The hook sends only what was changed, and refuses to overwrite what another person
 * changed in the meantime.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { UpdateOpportunityMutation } from '#gql';
import type { EditField } from './fields.js';
import { hasValues, patchOf, valuesOf, type Row, type Value } from './values.js';

export type UserError = UpdateOpportunityMutation['updateOpportunity']['userErrors'][number];

type Options = {
  readonly fields: readonly EditField[];
  /** The record as it was read last. */
  readonly record: object;
  readonly modifiedAt: string | null | undefined;
  /**
   * @param expected the version that the person saw; empty to overwrite any
   * @returns the refusals; null if the call has failed
   */
  readonly send: (
    patch: object,
    expected: { readonly expectedModifiedAt?: string },
  ) => Promise<readonly UserError[] | null>;
  /** Called after a change, so that the record is read again. */
  readonly onSaved: () => void;
  readonly onClose: () => void;
};

export function useEdit({ fields, record, modifiedAt, send, onSaved, onClose }: Options) {
  // The record as the person saw it. A record that is read again must not change what is being typed.
  const [before] = useState(() => valuesOf(fields, record));
  const [seenAt] = useState(modifiedAt);
  const [values, setValues] = useState(before);
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const form = useRefusedField(errors);
  const patch = patchOf(fields, before, values);

  const save = async () => {
    setErrors([]);
    const expectedModifiedAt = hasValues(fields, record, before) ? modifiedAt : seenAt;
    const refusals = await send(
      patch,
      isConflictAmong(errors) || expectedModifiedAt == null ? {} : { expectedModifiedAt },
    );
    if (refusals === null) return;
    setErrors(refusals);
    if (refusals.length > 0) return;
    onSaved();
    onClose();
  };
  return {
    form,
    errors,
    isChanged: Object.keys(patch).length > 0,
    textAt(path: string): string {
      const value = values.get(path);
      return typeof value === 'string' ? value : '';
    },
    rowsAt(path: string): readonly Row[] {
      const value = values.get(path);
      return typeof value === 'object' ? value : [];
    },
    errorAt: (path: string) => errors.find((error) => concerns(error, path))?.message ?? null,
    change: (path: string, value: Value) => setValues(new Map([...values, [path, value]])),
    submit: (event: Event) => {
      event.preventDefault();
      void save();
    },
  };
}

/** Moves to the first field that was refused. It may be far above the button that the person has pressed. */
function useRefusedField(errors: readonly UserError[]) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), [errors]);
  return form;
}

/** A person who has read about the conflict, and saves again, means to overwrite. */
export function isConflictAmong(errors: readonly UserError[]): boolean {
  return errors.some(({ code }) => code === 'EDIT_CONFLICT');
}

/** True if the error is about the field of the form, or about an item of its list. */
export function concerns({ field }: UserError, path: string): boolean {
  return `${field?.join('.')}.`.startsWith(`input.patch.${path}.`);
}
