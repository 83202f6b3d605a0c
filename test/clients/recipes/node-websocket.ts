/** The WebSocket for programs on Node 20: `connectWebSocket(url, token, NodeWebSocket)`. */
import { WebSocket } from 'ws';

export class NodeWebSocket extends WebSocket {
  constructor(url: string, protocols: string | string[]) {
    super(url, protocols);
    // A socket that is closed while it connects reports an error after graphql-ws has stopped listening.
    this.on('error', () => {});
  }
}
