/** The page: it reads the settings of the gateway, sees to a token, reads the rights of the person, and shows a view. */
import type { ComponentChildren, FunctionComponent } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { createApi, type Api } from './api/api.js';
import { asFailure, messageOf, notLoaded, type RequestFailed } from './api/failure.js';
import { NO_TOKEN } from './api/token.js';
import { waitMs } from './api/wait.js';
import { Frame } from './frame.js';
import { FailureNotice, Loading, Notice } from './parts/pieces.js';
import { useRoute } from './parts/route.js';
import { useStore } from './parts/store.js';
import type { View, ViewProps } from './parts/view.js';
import { createAccount, type Account } from './session/account.js';
import { ENDPOINT, ICON, readConfig, type Config } from './session/config.js';
import { SessionContext, type Viewer } from './session/session.js';
import { SignInCard } from './session/sign-in.js';
import { VIEWS } from './views.js';

export function App() {
  const [config, setConfig] = useState<Config | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = (retries: number) => {
      readConfig().then(setConfig, (error: unknown) => {
        setProblem(messageOf(error));
        timer = setTimeout(() => read(retries + 1), waitMs(retries));
      });
    };
    read(0);
    return () => clearTimeout(timer);
  }, []);
  if (config !== null)
    return config.auth === 'none' ? <WithApi config={config} account={null} /> : <Gate config={config} />;
  return (
    <Shell>
      {problem === null ? (
        <Loading lines={8} />
      ) : (
        <Notice tone="warn" title="The board cannot reach the gateway." isAnswer>
          <p>{problem} Trying again.</p>
        </Notice>
      )}
    </Shell>
  );
}

/** The outline of the page before it is known what it may show, so that nothing moves when the rest comes. */
function Shell({ children }: { readonly children: ComponentChildren }) {
  return (
    <>
      <header class="bar">
        <span class="brand">
          <img src={ICON.href} alt="" width={22} height={22} />
          <span>Partner Central</span>
        </span>
      </header>
      <main>{children}</main>
    </>
  );
}

/** Shows the page once there is a token. The page stays as it is while an expired token is replaced. */
function Gate({ config }: { readonly config: Config }) {
  const account = useMemo(() => createAccount(), []);
  const state = useStore(account.state);
  const [isOpen, setOpen] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [isReturning, setReturning] = useState(config.signIn !== null);
  useEffect(() => {
    const { signIn } = config;
    if (signIn === null) return;
    const take = async () => {
      // Most visits do not come from the issuer, and then need none of its code.
      if (!new URLSearchParams(location.search).has('state')) return;
      const { returned } = await import('./session/oauth.js');
      const token = await returned(signIn);
      if (token !== null) account.give(token);
    };
    take()
      .catch((error: unknown) => setProblem(`The sign-in has failed: ${messageOf(error)}`))
      .finally(() => setReturning(false));
  }, [account, config]);
  useEffect(() => {
    if (state.kind === 'given') setOpen(true);
  }, [state]);
  const card = (
    <SignInCard
      account={account}
      config={config}
      problem={problem}
      refusal={state.kind === 'refused' ? state.reason : null}
    />
  );
  if (!isOpen) return <Shell>{isReturning ? <Loading lines={8} /> : <div class="gate">{card}</div>}</Shell>;
  return (
    <>
      {state.kind === 'refused' && <Overlay>{card}</Overlay>}
      <div inert={state.kind === 'refused'}>
        <WithApi config={config} account={account} />
      </div>
    </>
  );
}

/** A dialog over the page. The focus moves to it, and afterwards returns to where the person was. */
function Overlay({ children }: { readonly children: ComponentChildren }) {
  const dialog = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const left = document.activeElement;
    dialog.current?.querySelector<HTMLElement>('textarea, button')?.focus();
    // The page accepts the focus only after the dialog has gone.
    return () => void setTimeout(() => left instanceof HTMLElement && left.focus());
  }, []);
  return (
    <div ref={dialog} class="overlay" role="dialog" aria-modal="true" aria-labelledby="sign-in">
      {children}
    </div>
  );
}

type WithApiProps = { readonly config: Config; readonly account: Account | null };

function WithApi({ config, account }: WithApiProps) {
  const api = useMemo(() => createApi(ENDPOINT, account ?? NO_TOKEN), [account]);
  useEffect(() => () => api.close(), [api]);
  const { viewer, failure } = useViewer(api, account);
  if (viewer === null)
    return (
      <Shell>
        {failure === null ? (
          <Loading lines={8} />
        ) : (
          <>
            <FailureNotice failure={failure} what="The board could not read what you may do." />
            {account !== null && !failure.passes && (
              <button type="button" onClick={forget}>
                Use another access token
              </button>
            )}
          </>
        )}
      </Shell>
    );
  return <Session config={config} api={api} viewer={viewer} isSignedIn={account !== null} />;
}

type SessionProps = {
  readonly config: Config;
  readonly api: Api;
  readonly viewer: Viewer;
  readonly isSignedIn: boolean;
};

function Session({ config, api, viewer, isSignedIn }: SessionProps) {
  const { path, query } = useRoute();
  const signOut = isSignedIn ? forget : null;
  const session = useMemo(() => ({ config, api, viewer, signOut }), [config, api, viewer, signOut]);
  const offered = VIEWS.filter(({ isOffered }) => isOffered?.(viewer) ?? true);
  const view = offered.find(({ name }) => name === path[0]) ?? VIEWS[0];
  const place = path.join('/');
  const isFirst = useRef(true);
  useEffect(() => {
    // A person who came by keyboard goes on in the new view, and a screen reader says its title.
    if (!isFirst.current) document.getElementById('main')?.focus({ preventScroll: true });
    isFirst.current = false;
    scrollTo({ top: 0 });
  }, [place]);
  return (
    <SessionContext.Provider value={session}>
      <Frame view={view} offered={offered}>
        <Shown key={view.name} view={view} path={path.slice(1)} query={query} />
      </Frame>
    </SessionContext.Provider>
  );
}

function Shown({ view, path, query }: ViewProps & { readonly view: View }): ComponentChildren {
  const [Component, setComponent] = useState<FunctionComponent<ViewProps> | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    document.title = `${view.title} · Partner Central`;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = (retries: number) => {
      view.load().then(
        (loaded) => {
          setComponent(() => loaded.default);
          setProblem(null);
        },
        () => {
          setProblem(notLoaded());
          timer = setTimeout(() => load(retries + 1), waitMs(retries));
        },
      );
    };
    load(0);
    return () => clearTimeout(timer);
  }, [view]);
  if (problem !== null)
    return (
      <Notice tone="warn" title="This view could not be loaded." isAnswer>
        <p>
          {problem} Trying again.{' '}
          <button type="button" class="link" onClick={() => location.reload()}>
            Load the page again
          </button>
        </p>
      </Notice>
    );
  return Component === null ? <Loading lines={8} /> : <Component path={path} query={query} />;
}

function useViewer(api: Api, account: Account | null) {
  const [viewer, setViewer] = useState<Viewer | null>(null);
  const [failure, setFailure] = useState<RequestFailed | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = (retries: number) => {
      api.request('Viewer', {}).then(
        (data) => setViewer((seen) => (JSON.stringify(seen) === JSON.stringify(data.viewer) ? seen : data.viewer)),
        (error: unknown) => {
          const found = asFailure(error);
          setFailure(found);
          if (found.passes) timer = setTimeout(() => read(retries + 1), waitMs(retries));
          else setViewer(null);
        },
      );
    };
    read(0);
    // The next token may be another person's, or allow something else.
    const stop = account?.state.watch(() => {
      clearTimeout(timer);
      if (account.state.get().kind === 'given') read(0);
    });
    return () => {
      clearTimeout(timer);
      stop?.();
    };
  }, [api, account]);
  return { viewer, failure };
}

/** The token is only in memory, so a new page does not have it. */
function forget(): void {
  location.reload();
}
