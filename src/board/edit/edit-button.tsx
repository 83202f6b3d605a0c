/** Opens the form of an opportunity or of a lead, whose code is loaded only then. The focus follows. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { notLoaded } from '../api/failure.js';
import { Notice } from '../parts/pieces.js';
import type { Context, Engagement } from '../records/lead.js';
import type { Opportunity } from '../records/opportunity.js';
import { useSession } from '../session/session.js';

type Props = { readonly opportunity: Opportunity; readonly onChanged: () => void };

export function EditButton({ opportunity, onChanged }: Props) {
  const { Form, place, open, close, noteSaved } = useForm(() => import('./edit-form.js'), opportunity);
  return (
    <div ref={place}>
      {Form === null ? (
        <OpenButton label="Edit the opportunity" open={open} />
      ) : (
        <Form opportunity={opportunity} onSaved={noteSaved(onChanged)} onClose={close} />
      )}
    </div>
  );
}

type LeadProps = { readonly engagement: Engagement; readonly context: Context; readonly onChanged: () => void };

export function LeadButton({ engagement, context: { identifier, lead }, onChanged }: LeadProps) {
  const { Form, place, open, close, noteSaved } = useForm(() => import('./lead-form.js'), engagement);
  if (identifier == null || lead == null) return null;
  return (
    <div ref={place}>
      {Form === null ? (
        <OpenButton label="Edit the lead" open={open} />
      ) : (
        <Form
          engagement={engagement}
          contextIdentifier={identifier}
          lead={lead}
          onSaved={noteSaved(onChanged)}
          onClose={close}
        />
      )}
    </div>
  );
}

/**
 * @param record as it was read last. After an edit the form opens again once the record has been read again, because it
 * would begin with the values from before the edit.
 * @returns the form once it is open, null before and after; and the place where it takes turns with its button
 */
function useForm<F>(load: () => Promise<{ readonly default: F }>, record: object) {
  const [loaded, setLoaded] = useState<F | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(record);
  latest.current = record;
  const outdated = useRef<object | null>(null);
  const Form = record === outdated.current ? null : loaded;
  const isOpen = Form !== null;
  const wasOpen = useRef(isOpen);
  useLayoutEffect(() => {
    if (wasOpen.current !== isOpen) moveFocus(place.current, isOpen ? FIELDS : 'button');
    wasOpen.current = isOpen;
  }, [isOpen]);
  const open = async () => {
    const { default: form } = await load();
    setLoaded(() => form);
  };
  const noteSaved = (onChanged: () => void) => () => {
    outdated.current = latest.current;
    onChanged();
  };
  return { Form, place, open, close: () => setLoaded(null), noteSaved };
}

const FIELDS = ':is(input, select, textarea):enabled';

/**
 * Moves the focus to the first such control of the place. The control that had it is gone, so the focus has fallen to
 * an element around the place. Elsewhere it stays, because the person has gone on while the form was loaded or saved.
 */
function moveFocus(place: HTMLElement | null, selector: string): void {
  if (document.activeElement?.contains(place) === true) place?.querySelector<HTMLElement>(selector)?.focus();
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
