/** The starts: one form for each kind of task, and one for many submissions at once. */
import type { FunctionComponent } from 'preact';
import { href } from '../parts/route.js';
import type { ViewProps } from '../parts/view.js';
import { AcceptForm } from './accept-form.js';
import { BatchForm } from './batch-form.js';
import { ConvertForm } from './convert-form.js';
import { SubmitForm } from './submit-form.js';

type Form = {
  readonly name: string;
  readonly title: string;
  readonly Form: FunctionComponent<{ readonly query: URLSearchParams }>;
};

const FORMS: readonly [Form, ...Form[]] = [
  { name: 'submit', title: 'Submit an opportunity', Form: SubmitForm },
  { name: 'convert', title: 'Convert a lead', Form: ConvertForm },
  { name: 'accept', title: 'Accept an invitation', Form: AcceptForm },
  { name: 'batch', title: 'Submit many', Form: BatchForm },
];

export default function Start({ path, query }: ViewProps) {
  const { name, title, Form } = FORMS.find((form) => form.name === path[0]) ?? FORMS[0];
  return (
    <>
      <div class="heading">
        <h1>{title}</h1>
      </div>
      <nav class="tabs" aria-label="Kinds of starts">
        {FORMS.map((form) => (
          <a key={form.name} href={href(['start', form.name])} aria-current={form.name === name ? 'page' : undefined}>
            {form.title}
          </a>
        ))}
      </nav>
      <Form key={`${name} ${query}`} query={query} />
    </>
  );
}
