/** The head of a GET that offers to become a WebSocket. */
export function webSocketRequest(path: string, host: string, fields: readonly string[] = []): string {
  const offer = [
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Protocol: graphql-transport-ws',
  ];
  return `GET ${path} HTTP/1.1\r\n${[`Host: ${host}`, ...offer, ...fields].join('\r\n')}\r\n\r\n`;
}
