/** Small pieces of the page: badges, notices, and identifiers that can be copied. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { RequestFailed } from '../api/failure.js';
import { instantText } from './time.js';
import { statusWord, verdictWord, type Word } from './words.js';

export function Badge({ word }: { readonly word: Word }) {
  return <span class={`badge is-${word.tone}`}>{word.text}</span>;
}

export function StatusBadge({ status }: { readonly status: string }) {
  return <Badge word={statusWord(status)} />;
}

export function VerdictBadge({ verdict }: { readonly verdict: string }) {
  return <Badge word={verdictWord(verdict)} />;
}

type NoticeProps = {
  readonly tone: 'info' | 'warn' | 'bad' | 'good';
  readonly title?: string;
  readonly children?: ComponentChildren;
  /** True for a notice that answers an action, so that a screen reader says it. */
  readonly isAnswer?: boolean;
};

export function Notice({ tone, title, children, isAnswer = false }: NoticeProps) {
  return (
    <div class={`notice is-${tone}`} role={isAnswer ? 'alert' : undefined}>
      {title !== undefined && <p class="notice-title">{title}</p>}
      {children}
    </div>
  );
}

export function FailureNotice({ failure, what }: { readonly failure: RequestFailed; readonly what: string }) {
  return (
    <Notice tone="warn" title={what} isAnswer>
      <p>
        {failure.message}
        {failure.passes && ' Trying again.'}
      </p>
    </Notice>
  );
}

/** A time in words, with the exact one for a pointer and for programs. */
export function Instant({ at, children }: { readonly at: string; readonly children: ComponentChildren }) {
  return (
    <time dateTime={at} title={instantText(at)}>
      {children}
    </time>
  );
}

export function CopyableId({ id, what }: { readonly id: string; readonly what: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(id);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <span class="copyable">
      <code>{id}</code>
      {/* Browsers have no clipboard for pages without TLS. */}
      {isSecureContext && (
        <button type="button" class="link" aria-label={`Copy ${what}`} onClick={() => void copy().catch(() => {})}>
          {isCopied ? 'Copied' : 'Copy'}
        </button>
      )}
    </span>
  );
}

/** Rows of names and values. A row whose value is null or empty is left out. */
export function Facts({ rows }: { readonly rows: readonly (readonly [string, ComponentChildren])[] }) {
  const given = rows.filter(([, value]) => value !== null && value !== undefined && value !== '');
  return (
    <dl class="facts">
      {given.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Takes the place of content that is being loaded, so that nothing moves when it comes. */
export function Loading({ lines = 3 }: { readonly lines?: number }) {
  return (
    <div class="loading" role="status">
      <span class="unseen">Loading</span>
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} class="loading-line" />
      ))}
    </div>
  );
}
