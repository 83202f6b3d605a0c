/** The frame around each view: the name, the navigation, and whether the page is live. */
import type { ComponentChildren } from 'preact';
import { href } from './parts/route.js';
import { useStore } from './parts/store.js';
import { ageText, now, useNow } from './parts/time.js';
import { useSession } from './session/session.js';
import type { View } from './parts/view.js';
import { VIEWS } from './views.js';

export function Frame({ view, children }: { readonly view: View; readonly children: ComponentChildren }) {
  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header class="bar">
        <a class="brand" href={href([])}>
          Partner Central
        </a>
        <nav aria-label="Views">
          {VIEWS.filter(({ isListed }) => isListed).map(({ name, title }) => (
            <a key={name} href={href([name])} aria-current={name === view.name ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <Live />
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

function Live() {
  const { api } = useSession();
  const state = useStore(api.live);
  useNow(1000);
  switch (state.kind) {
    case 'live':
      return <p class="live is-live">Live</p>;
    case 'connecting':
      return <p class="live">Connecting…</p>;
    case 'lost':
      return (
        <p class="live is-lost" role="status">
          Not live for {ageText(now() - state.since)}
          <button type="button" onClick={() => api.hurry()}>
            Reconnect
          </button>
        </p>
      );
    default:
      return state satisfies never;
  }
}
