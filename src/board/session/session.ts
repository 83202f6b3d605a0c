/** The things of the page that each view needs: the calls, the settings of the gateway, and the rights of the person. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ViewerQuery } from '#gql';
import type { Api } from '../api/api.js';
import type { Config } from './config.js';

export type Viewer = ViewerQuery['viewer'];

export type Session = {
  readonly api: Api;
  readonly config: Config;
  readonly viewer: Viewer;
  /** Null if no one signed in. */
  readonly signOut: (() => void) | null;
};

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('A view is shown only within a session.');
  return session;
}
