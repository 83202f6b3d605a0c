/** The page: it reads the settings of the gateway until it succeeds, then shows the frame with a view. */
import type { FunctionComponent } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { createApi } from './api/api.js';
import { messageOf } from './api/failure.js';
import { waitMs } from './api/wait.js';
import { Frame } from './frame.js';
import { useRoute } from './parts/route.js';
import { ENDPOINT, readConfig, type Config } from './session/config.js';
import { SessionContext } from './session/session.js';
import type { View, ViewProps } from './parts/view.js';
import { VIEWS } from './views.js';

const NO_TOKEN = { credentials: async () => null, renew: async () => false };

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
  if (config !== null) return <WithApi config={config} />;
  return problem === null ? null : <p role="alert">The board cannot reach the gateway. {problem}</p>;
}

function WithApi({ config }: { readonly config: Config }) {
  const session = useMemo(() => ({ config, api: createApi(ENDPOINT, NO_TOKEN) }), [config]);
  useEffect(() => () => session.api.close(), [session]);
  const { path, query } = useRoute();
  const view = VIEWS.find(({ name }) => name === path[0]) ?? VIEWS[0];
  return (
    <SessionContext.Provider value={session}>
      <Frame view={view}>
        <Shown key={view.name} view={view} path={path.slice(1)} query={query} />
      </Frame>
    </SessionContext.Provider>
  );
}

function Shown({ view, path, query }: ViewProps & { readonly view: View }) {
  const [Component, setComponent] = useState<FunctionComponent<ViewProps> | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    view.load().then(
      (loaded) => setComponent(() => loaded.default),
      (error: unknown) => setProblem(messageOf(error)),
    );
  }, [view]);
  if (problem !== null) return <p role="alert">This view could not be loaded. {problem}</p>;
  return Component === null ? null : <Component path={path} query={query} />;
}
