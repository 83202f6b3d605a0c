/** Asks for a token: by signing in at the issuer, or by pasting one where the gateway names no client. */
import { useState } from 'preact/hooks';
import { messageOf } from '../api/failure.js';
import { Field } from '../parts/form.js';
import { Notice } from '../parts/pieces.js';
import { expiryOf, type Account } from './account.js';
import type { Config } from './config.js';

type Props = {
  readonly account: Account;
  readonly config: Config;
  /** The reason for which the last attempt has failed; null if there was none. */
  readonly problem: string | null;
  /** The reason of the gateway for refusing the token; null if there was no token yet. */
  readonly refusal: string | null;
};

export function SignInCard({ account, config: { signIn, signInProblem }, problem, refusal }: Props) {
  const [failure, setFailure] = useState<string | null>(null);
  const leave = async () => {
    if (signIn === null) return;
    const { leaveForIssuer } = await import('./oauth.js');
    await leaveForIssuer(signIn);
  };
  const shown = failure ?? problem ?? refusal ?? signInProblem;
  return (
    <section class="card sign-in" aria-labelledby="sign-in">
      <h1 id="sign-in">{refusal === null ? 'Sign in' : 'Sign in again'}</h1>
      <p class="muted">
        {refusal === null
          ? 'The board shows what your access token allows.'
          : signIn === null
            ? 'The page goes on where it is once there is a new token.'
            : 'You come back to this view. What you have typed and not sent is lost.'}
      </p>
      {shown !== null && (
        <Notice tone="bad" isAnswer>
          <p>{shown}</p>
        </Notice>
      )}
      {signIn === null ? (
        <PastedToken account={account} />
      ) : (
        <button
          type="button"
          class="primary"
          onClick={() => void leave().catch((error: unknown) => setFailure(messageOf(error)))}
        >
          Sign in at {new URL(signIn.authorizationEndpoint).host}
        </button>
      )}
    </section>
  );
}

function PastedToken({ account }: { readonly account: Account }) {
  const [text, setText] = useState('');
  const value = text.trim().replace(/^Bearer\s+/i, '');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        account.give({ value, expiresAt: expiryOf(value), refresh: null });
        setText('');
      }}
    >
      <Field label="Access token" hint="It stays in the memory of this page, and is forgotten with it.">
        {(control) => (
          <textarea
            {...control}
            class="is-list"
            rows={5}
            spellcheck={false}
            autocomplete="off"
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        )}
      </Field>
      <button type="submit" class="primary" disabled={value === ''}>
        Use this token
      </button>
    </form>
  );
}
