/** The connections of the server that still cost it a descriptor. */
import { readFileSync } from 'node:fs';

/**
 * Counts the connections to a local port for which the server holds a descriptor, also if their peer has gone. Linux
 * only.
 * @param peerPort restricts the count to the connection from this port
 */
export function heldConnections(port: number, peerPort?: number): number {
  const peer = peerPort === undefined ? '[0-9A-F]+' : hex(peerPort);
  // State 0A means listening. The inode follows six more fields, and is 0 when no process holds the socket.
  const held = new RegExp(`^ *\\d+: [0-9A-F]+:${hex(port)} [0-9A-F]+:${peer} (?!0A)(?:\\S+ +){6}(?!0 )\\d+`, 'gm');
  return [...readFileSync('/proc/net/tcp', 'utf8').matchAll(held)].length;
}

function hex(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}
