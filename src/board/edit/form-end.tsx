/** The end of a form: what stands beside no field, and the buttons. */
import type { Action } from '../parts/action.js';
import { FailureNotice, Notice } from '../parts/pieces.js';
import type { EditField } from './fields.js';
import { concerns, isConflictAmong, type UserError } from './use-edit.js';

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
