/**
 * The JSON path and Apollo Server give the same answers: status, headers, and body to the byte. POST takes the JSON
 * path and GET takes Apollo. A mutation takes Apollo if its client also accepts a stream.
 */
import { request as openRequest, type IncomingHttpHeaders } from 'node:http';
import { expect, test } from '@jest/globals';
import { sha256 } from '../../../src/server/documents/persisted.js';
import { AUDIENCE, createIssuer, type Issuer } from '../../support/fakes/issuer.js';
import { queryString, type Params } from '../../support/clients/requests.js';
import { freePort } from '../../support/programs/free-port.js';
import { startServer } from '../../support/server/server.js';

type Headers = Readonly<Record<string, string>>;
type Bytes = { readonly status: number | undefined; readonly headers: readonly string[]; readonly body: string };

async function ask(url: string, method: 'GET' | 'POST', headers: Headers, body: string): Promise<Bytes> {
  return new Promise((resolve, reject) => {
    const request = openRequest(url, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: linesOf(response.headers), body: text }),
      );
    });
    request.on('error', reject).end(body);
  });
}

function linesOf({ date: _date, ...headers }: IncomingHttpHeaders): string[] {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .sort();
}

const post = async (url: string, params: Params, headers: Headers) =>
  ask(url, 'POST', { 'content-type': 'application/json', ...headers }, JSON.stringify(params));
const get = async (url: string, params: Params, headers: Headers) =>
  ask(`${url}?${queryString(params)}`, 'GET', { 'apollo-require-preflight': 'true', ...headers }, '');

const hashed = (query: string) => ({ persistedQuery: { version: 1, sha256Hash: sha256(query) } });

const QUERIES: Readonly<Record<string, Params>> = {
  'a query': { query: '{ hello }' },
  'a query with everything': {
    query: 'query Hi($name: String) { hello(name: $name) }',
    variables: { name: 'ü "x"\n\u2028' },
    operationName: 'Hi',
    extensions: {},
  },
  'a list': { query: '{ list(first: 3) { name item { name } } }' },
  'an error beside data': { query: '{ hello boom refused uncoded }' },
  'no data for an error': { query: 'query($of: Int = 1) { square(of: $of) item { name } }', variables: { of: null } },
  'a variable that does not fit': { query: 'query($of: Int!) { square(of: $of) }', variables: { of: 'x' } },
  'no GraphQL': { query: '{' },
  'an unknown field': { query: '{ helo }' },
  'two mistakes': { query: '{ helo items(last: 1) }' },
  'an unknown operation': { query: 'query A { hello }', operationName: 'B' },
  'too many fields': { query: `{ ${'hello '.repeat(11)} }` },
  'too much': { query: '{ list(first: 100) { list(first: 100) { name } } }' },
  'the schema': { query: '{ __schema { queryType { name } } }' },
  'a text with its hash': { query: '{ item { name } }', extensions: hashed('{ item { name } }') },
  'an unknown hash': { extensions: hashed('{ never }') },
  'a hash of another text': { query: '{ hello }', extensions: hashed('{ item }') },
  'an extension that is none': { query: '{ hello }', extensions: { persistedQuery: { version: 2 } } },
  'nothing but an extension': { extensions: { other: 1 } },
  'a subscription': { query: 'subscription { follow { text } }' },
};

const ACCEPTS: readonly Headers[] = [
  {},
  ...[
    '*/*',
    'application/json',
    'application/graphql-response+json',
    'application/graphql-response+json, application/json;q=0.9',
    'application/json, application/graphql-response+json',
    'text/html;q=0.1, application/json',
    'multipart/mixed;deferSpec=20220824, application/json',
    'image/png',
  ].map((accept) => ({ accept })),
];

test.each(Object.entries(QUERIES))('both paths answer %s alike for each Accept header', async (_name, params) => {
  const { url } = await startServer();
  for (const accept of ACCEPTS) {
    const answers = { accept, answer: await post(url, params, accept) };
    expect(answers).toEqual({ accept, answer: await get(url, params, accept) });
  }
});

test.each([
  'mutation { append(text: "x") }',
  'mutation { boom }',
  'mutation { a: append(text: "a") b: append(text: "b") }',
])('both paths answer %s alike', async (query) => {
  for (const accept of ['application/json', 'application/graphql-response+json']) {
    const withJsonPath = await startServer();
    const throughApollo = await startServer();
    expect(await post(withJsonPath.url, { query }, { accept })).toEqual(
      await post(throughApollo.url, { query }, { accept: `${accept}, text/event-stream;q=0.1` }),
    );
    expect(withJsonPath.log.events).toEqual(throughApollo.log.events);
  }
});

const CALLERS: Readonly<Record<string, (issuer: Issuer) => Promise<Headers>>> = {
  'without a token': async () => ({}),
  'with something else for a token': async () => ({ authorization: 'Basic YTpi' }),
  'with an expired token': async (issuer) => ({
    authorization: `Bearer ${await issuer.token({}, { expiresAt: Date.now() - 5000 })}`,
  }),
  'without the scope': async (issuer) => ({ authorization: `Bearer ${await issuer.token({ scope: 'other' })}` }),
  'with all scopes': async (issuer) => ({ authorization: `Bearer ${await issuer.token()}` }),
  'whose issuer is away': async (issuer) => {
    const authorization = `Bearer ${await issuer.token()}`;
    await issuer.stop();
    return { authorization };
  },
};

test.each(Object.entries(CALLERS))('both paths answer a caller %s alike', async (_name, headersFor) => {
  const issuer = await createIssuer('ES256', await freePort());
  const { url } = await startServer({
    auth: { mode: 'jwt', issuer: issuer.url, audience: AUDIENCE },
    corsOrigins: ['https://app.example'],
  });
  const headers = await headersFor(issuer);
  for (const accept of ACCEPTS) {
    const all = { ...headers, ...accept, origin: 'https://app.example' };
    expect(await post(url, { query: '{ whoAmI }' }, all)).toEqual(await get(url, { query: '{ whoAmI }' }, all));
  }
});

test('both paths of a draining server answer alike', async () => {
  const { url, server, finishSlow } = await startServer({ drainMs: 5000 });
  const slow = post(url, { query: '{ slow }' }, {});
  // The slow request is in progress once a later request is answered.
  await post(url, { query: '{ hello }' }, {});
  const drained = server.drain();
  expect(await post(url, { query: '{ hello }' }, {})).toEqual(await get(url, { query: '{ hello }' }, {}));
  finishSlow();
  await Promise.all([slow, drained]);
});
