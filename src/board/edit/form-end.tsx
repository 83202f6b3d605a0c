/** The end of a form: what stands beside no field, and the buttons. */
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { UpdateOpportunityMutation } from '#gql';
import type { Action } from '../parts/action.js';
import { FailureNotice, Notice } from '../parts/pieces.js';
import type { EditField } from './fields.js';

export type UserError = UpdateOpportunityMutation['updateOpportunity']['userErrors'][number];

type Props = {
  readonly action: Pick<Action<'UpdateOpportunity'>, 'isUnderWay' | 'failure'>;
  readonly errors: readonly UserError[];
  readonly fields: readonly EditField[];
  readonly isChanged: boolean;
  readonly onClose: () => void;
};

export function FormEnd({ action: { isUnderWay, failure }, errors, fields, isChanged, onClose }: Props) {
  const others = errors.filter((error) => !fields.some(({ path }) => concerns(error, path)));
  const isConflict = isConflictAmong(errors);
  return (
    <div class="actions">
      {others.map(({ code, message }) =>
        code === 'EDIT_CONFLICT' ? (
          <Notice key={message} tone="bad" isAnswer title="It was changed in the meantime.">
            <p>Refresh shows its present state. Saving anyway changes only the fields that you have edited.</p>
          </Notice>
        ) : (
          <Notice key={message} tone="bad" isAnswer>
            <p>{message}</p>
          </Notice>
        ),
      )}
      {failure !== null && <FailureNotice failure={failure} what="The edit has no answer yet." />}
      <button type="submit" class="primary" disabled={!isChanged || isUnderWay}>
        {isUnderWay ? 'Saving at AWS…' : isConflict ? 'Save mine anyway' : 'Save at AWS'}
      </button>
      <button type="button" disabled={isUnderWay} onClick={onClose}>
        Cancel
      </button>
    </div>
  );
}

/** Moves to the first field that was refused. It may be far above the button that the person has pressed. */
export function useRefusedField(errors: readonly UserError[]): RefObject<HTMLFormElement | null> {
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
