/**
 * The protocol AWS JSON 1.0: checks the form of requests, and writes answers, errors and broken connections. The form
 * and the scope of a signature are checked but not its value, because the simulator has no secret key.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseBoundedJson } from '../../../runtime/json/bounded-json.js';
import { ServiceError } from './service-error.js';

export const REGION = 'us-east-1';
const SERVICE = 'partnercentral-selling';
const TARGET = /^AWSPartnerCentralSelling\.([A-Za-z]+)$/;
const SIGNATURE_V4 =
  /^AWS4-HMAC-SHA256 Credential=[^/\s,]+\/\d{8}\/([^/\s,]+)\/([^/\s,]+)\/aws4_request,\s*SignedHeaders=[a-z0-9;-]+,\s*Signature=[0-9a-f]{64}$/;
/** The largest valid request, a Start with 200 tags, stays below 400 kB even if every character has four bytes. */
const BODY_LIMIT_BYTES = 1024 * 1024;

/** The response to a request, or the way in which its connection breaks. */
export type Reply =
  | { readonly kind: 'answer'; readonly body: object }
  | { readonly kind: 'error'; readonly error: ServiceError }
  | { readonly kind: 'html'; readonly status: number }
  | { readonly kind: 'reset-before' }
  | { readonly kind: 'reset-after' }
  | { readonly kind: 'half-answer'; readonly body: object }
  | { readonly kind: 'hang' };

/** The operation that a request names, known or unknown; '' if it names none. */
export function operationOf(request: IncomingMessage): string {
  const target = request.headers['x-amz-target'];
  return (typeof target === 'string' ? TARGET.exec(target)?.[1] : undefined) ?? '';
}

export function assertSpeaksAwsJson(request: IncomingMessage): void {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    throw new ServiceError('SerializationException', `The content-encoding ${encoding.slice(0, 40)} is not supported.`);
  const contentType = request.headers['content-type']?.split(';', 1)[0]?.trim();
  if (request.method === 'POST' && request.url === '/' && contentType === 'application/x-amz-json-1.0') return;
  throw new ServiceError('UnknownOperationException', 'Only POST / with application/x-amz-json-1.0 is supported.');
}

export function assertSigned(request: IncomingMessage): void {
  const authorization = request.headers.authorization;
  if (authorization === undefined) {
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const [, region, service] = SIGNATURE_V4.exec(authorization) ?? [];
  if (region === undefined || service === undefined) {
    throw new ServiceError(
      'IncompleteSignatureException',
      "Authorization header requires 'AWS4-HMAC-SHA256', a 'Credential' with a whole scope, 'SignedHeaders' and " +
        "'Signature'.",
    );
  }
  if (request.headers['x-amz-date'] === undefined) {
    throw new ServiceError(
      'IncompleteSignatureException',
      "Authorization header requires existence of an 'X-Amz-Date' header.",
    );
  }
  const errors = [
    ...(region === REGION ? [] : [`Credential should be scoped to a valid region, not '${region}'.`]),
    ...(service === SERVICE ? [] : [`Credential should be scoped to correct service: '${SERVICE}'.`]),
  ];
  if (errors.length > 0) throw new ServiceError('InvalidSignatureException', errors.join(' '));
}

/** Reads a body to its end even if it is too long, so that the error can be answered on the same connection. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length <= BODY_LIMIT_BYTES) chunks.push(bytes);
  }
  if (length > BODY_LIMIT_BYTES)
    throw new ServiceError(
      'SerializationException',
      `The request body is too long (limit ${BODY_LIMIT_BYTES} bytes, got ${length}).`,
    );
  return Buffer.concat(chunks);
}

export function parseBody(body: Buffer): unknown {
  try {
    return parseBoundedJson(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not valid JSON, or is nested too deeply.');
  }
}

/** RFC 3339, because the SDK refuses a number with a TypeError. */
export function timestamp(at: number): string {
  return new Date(at).toISOString();
}

export function send(response: ServerResponse, reply: Reply): void {
  switch (reply.kind) {
    case 'answer':
      return sendJson(response, 200, reply.body);
    case 'error':
      return sendJson(response, reply.error.status, reply.error.body);
    case 'html':
      response.writeHead(reply.status, { 'content-type': 'text/html' });
      response.end(`<html><head><title>${reply.status}</title></head><body><center>nginx</center></body></html>\n`);
      return;
    case 'reset-before':
    case 'reset-after':
      response.socket?.resetAndDestroy();
      return;
    case 'half-answer': {
      const json = Buffer.from(JSON.stringify(reply.body));
      response.writeHead(200, { ...jsonHeaders(), 'content-length': json.length });
      response.write(json.subarray(0, json.length >> 1), () => response.socket?.destroy());
      return;
    }
    case 'hang':
      return;
  }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  const json = JSON.stringify(body);
  response.writeHead(status, { ...jsonHeaders(), 'content-length': Buffer.byteLength(json) });
  response.end(json);
}

function jsonHeaders(): Record<string, string> {
  return { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() };
}
