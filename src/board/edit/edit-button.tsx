/** Opens the form of an opportunity or of a lead, whose code is loaded only then. */
import { useState } from 'preact/hooks';
import { notLoaded } from '../api/failure.js';
import { Notice } from '../parts/pieces.js';
import type { Context, Engagement } from '../records/lead.js';
import type { Opportunity } from '../records/opportunity.js';
import { useSession } from '../session/session.js';

type Props = { readonly opportunity: Opportunity; readonly onChanged: () => void };

export function EditButton({ opportunity, onChanged }: Props) {
  const { Form, open, close } = useForm(() => import('./edit-form.js'));
  if (Form !== null) return <Form opportunity={opportunity} onSaved={onChanged} onClose={close} />;
  return <OpenButton label="Edit the opportunity" open={open} />;
}

type LeadProps = { readonly engagement: Engagement; readonly context: Context; readonly onChanged: () => void };

export function LeadButton({ engagement, context: { identifier, lead }, onChanged }: LeadProps) {
  const { Form, open, close } = useForm(() => import('./lead-form.js'));
  if (identifier == null || lead == null) return null;
  if (Form !== null)
    return (
      <Form engagement={engagement} contextIdentifier={identifier} lead={lead} onSaved={onChanged} onClose={close} />
    );
  return <OpenButton label="Edit the lead" open={open} />;
}

/** @returns the form once it is open; null before, and after it was closed */
function useForm<F>(load: () => Promise<{ readonly default: F }>) {
  const [Form, setForm] = useState<F | null>(null);
  const open = async () => {
    const { default: form } = await load();
    setForm(() => form);
  };
  return { Form, open, close: () => setForm(null) };
}

function OpenButton({ label, open }: { readonly label: string; readonly open: () => Promise<void> }) {
  const { viewer } = useSession();
  const [problem, setProblem] = useState<string | null>(null);
  if (!viewer.canEditRecords) return null;
  return (
    <p class="actions is-apart">
      {problem !== null && (
        <Notice tone="bad" isAnswer>
          <p>{problem}</p>
        </Notice>
      )}
      <button type="button" onClick={() => void open().catch(() => setProblem(notLoaded()))}>
        {label}
      </button>
    </p>
  );
}
