import { readFileSync } from 'node:fs';

/**
 * How many connections to a port of this machine cost the server a descriptor, whatever their peers know of it. Linux only.
 * @param peerPort counts the one connection from this port only
 */
export function heldConnections(port: number, peerPort?: number): number {
  const peer = peerPort === undefined ? '[0-9A-F]+' : hex(peerPort);
  // State 0A is listening. The inode follows six more fields, and is 0 once no process has the socket.
  const held = new RegExp(`^ *\\d+: [0-9A-F]+:${hex(port)} [0-9A-F]+:${peer} (?!0A)(?:\\S+ +){6}(?!0 )\\d+`, 'gm');
  return [...readFileSync('/proc/net/tcp', 'utf8').matchAll(held)].length;
}

function hex(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}
