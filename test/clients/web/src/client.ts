/** The client of the page: queries over HTTP, and streams over one WebSocket, both at the origin of the page. */
import possibleTypes from '../../../../schema/possible-types.json';
import { createApolloClient } from '../../recipes/apollo';
import { connectWebSocket } from '../../recipes/websocket';

declare global {
  interface Window {
    /** The sign-in of the host page. Without it the gateway must run with AUTH=none. */
    tokenOfUser?: () => Promise<string>;
  }
}

const token = async () => (await window.tokenOfUser?.()) ?? 'none';
const url = new URL('/graphql', location.href).href;

export const client = createApolloClient({
  url,
  token,
  possibleTypes,
  streams: connectWebSocket(url.replace('http', 'ws'), token),
});
