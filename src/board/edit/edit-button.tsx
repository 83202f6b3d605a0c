/** Opens the form of an opportunity, whose code is loaded only then. */
import type { ComponentType } from 'preact';
import { useState } from 'preact/hooks';
import { messageOf } from '../api/failure.js';
import { Notice } from '../parts/pieces.js';
import type { Opportunity } from '../records/opportunity.js';
import { useSession } from '../session/session.js';

type Form = ComponentType<{
  readonly opportunity: Opportunity;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}>;
type Props = { readonly opportunity: Opportunity; readonly onChanged: () => void };

export function EditButton({ opportunity, onChanged }: Props) {
  const { viewer } = useSession();
  const [LoadedForm, setForm] = useState<Form | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const open = async () => {
    const { default: form } = await import('./edit-form.js');
    setForm(() => form);
    setOpen(true);
  };
  if (!viewer.canEditRecords) return null;
  if (isOpen && LoadedForm !== null)
    return <LoadedForm opportunity={opportunity} onSaved={onChanged} onClose={() => setOpen(false)} />;
  return (
    <p class="actions is-apart">
      {problem !== null && (
        <Notice tone="bad" isAnswer>
          <p>{problem}</p>
        </Notice>
      )}
      <button type="button" onClick={() => void open().catch((error: unknown) => setProblem(messageOf(error)))}>
        Edit the opportunity
      </button>
    </p>
  );
}
