/** The frame around each view: the navigation, the service behind the gateway, and whether the page is live. */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { PartnerCentralQuery } from '#gql';
import { Notice } from './parts/pieces.js';
import { href } from './parts/route.js';
import { useStore } from './parts/store.js';
import { ageText, now, useNow } from './parts/time.js';
import type { View } from './parts/view.js';
import { ENDPOINT, ICON } from './session/config.js';
import { useSession } from './session/session.js';

type Props = { readonly view: View; readonly offered: readonly View[]; readonly children: ComponentChildren };

/** The time between two readings of why starts wait. They cost no call to AWS. */
const STATUS_MS = 15_000;
/** A gap that is shorter is shown by the mark in the bar only. */
const SHORT_GAP_MS = 4000;

export function Frame({ view, offered, children }: Props) {
  const { config, signOut, viewer } = useSession();
  const status = useStatus();
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          // The fragment of the address is the place that the page shows.
          event.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        Skip to content
      </a>
      <header class="bar">
        <a class="brand" href={href([])} aria-label="Partner Central">
          <img src={ICON.href} alt="" width={22} height={22} />
          <span>Partner Central</span>
        </a>
        <nav aria-label="Views">
          {offered
            .filter(({ isListed }) => isListed)
            .map(({ name, title }) => (
              <a key={name} href={href([name])} aria-current={name === view.name ? 'page' : undefined}>
                {title}
              </a>
            ))}
          {config.hasSandbox && <a href={ENDPOINT.href}>API</a>}
        </nav>
        <div class="bar-end">
          {status?.upstream === 'SIMULATOR' && (
            <span class="badge is-warn" title="No call reaches AWS, and the ids are not real.">
              Simulator
            </span>
          )}
          <Live />
          {signOut !== null && (
            <button type="button" class="link" title={viewer.subject ?? undefined} onClick={signOut}>
              Sign out
            </button>
          )}
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <Gap />
        {status?.waitingFor != null && (
          <Notice tone="warn" title="Starts are waiting.">
            <p>{status.waitingFor}</p>
          </Notice>
        )}
        {viewer.taskAccess === 'NONE' ? (
          <>
            <h1>You may not see tasks</h1>
            <p>Your access token needs the scope tasks:read or tasks:read:own.</p>
          </>
        ) : (
          children
        )}
      </main>
    </>
  );
}

function Live() {
  const { api } = useSession();
  const state = useStore(api.live);
  return (
    <p class={`live is-${state.kind}`} role="status">
      {state.kind === 'connecting' ? (
        <span class="unseen">Connecting</span>
      ) : (
        <span>{state.kind === 'live' ? 'Live' : 'Not live'}</span>
      )}
    </p>
  );
}

/** Says since when the page is not live, once that is long enough to matter. It lies over the page, and moves nothing. */
function Gap() {
  const { api } = useSession();
  const state = useStore(api.live);
  useNow(1000);
  if (state.kind !== 'lost' || now() - state.since < SHORT_GAP_MS) return null;
  return (
    <div class="gap" role="alert">
      <p>
        <strong>
          {/* A screen reader would say the whole alert again each second. */}
          Not live<span aria-hidden="true"> for {ageText(now() - state.since)}</span>.
        </strong>{' '}
        {navigator.onLine ? 'The gateway does not answer.' : 'This device is offline.'} The page will show what it
        missed.
      </p>
      <button type="button" class="small" onClick={() => api.hurry()}>
        Reconnect
      </button>
    </div>
  );
}

function useStatus(): PartnerCentralQuery['partnerCentral'] | null {
  const { api, viewer } = useSession();
  const [status, setStatus] = useState<PartnerCentralQuery['partnerCentral'] | null>(null);
  useEffect(() => {
    if (viewer.taskAccess === 'NONE') return undefined;
    const read = () => {
      if (document.visibilityState !== 'visible') return;
      // The mark in the bar says if the gateway does not answer.
      api.request('PartnerCentral', {}).then(
        ({ partnerCentral }) => setStatus(partnerCentral),
        () => {},
      );
    };
    read();
    const timer = setInterval(read, STATUS_MS);
    return () => clearInterval(timer);
  }, [api, viewer]);
  return status;
}
