/** Every plain object seems to have members such as `constructor` and `__proto__`. Clients may choose these names. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isEnumType, isInputObjectType, isInterfaceType, isObjectType, parse, validate } from 'graphql';
import { createSchema } from '../../../src/graphql/schema.js';
import { aTask, contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { AUDIENCE, createIssuer } from '../../support/fakes/issuer.js';
import { INHERITED_NAMES, inheritedNaming, randomDocument } from '../../support/fixtures/random-document.js';
import { ASK } from '../../support/clients/ask.js';
import { post, type Answer } from '../../support/clients/requests.js';
import { startServer } from '../../support/server/server.js';
import { renamed, documentTreatmentOf } from '../../support/checks/document-treatment.js';
import { createTroublesomeSchema } from '../../support/fixtures/troublesome-schema.js';

const items = [{ cursor: 'cursor', item: aTask() }];
const gatewayContext = () =>
  contextWith(fakeTasks({ find: aTask(), list: { items, hasNextPage: false, hasPreviousPage: false }, count: 1 }));

describe.each([
  ['a schema that makes every kind of trouble', createTroublesomeSchema(), () => ({})],
  ["the gateway's schema", createSchema(), gatewayContext],
] as const)('documents over %s', (_title, schema, contextOf) => {
  test('a document is treated alike if all its names are those of inherited members', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 100, maxLength: 400 }),
        fc.nat(INHERITED_NAMES.length - 1),
        async (tape, shift) => {
          const naming = inheritedNaming(shift);
          const plain = randomDocument(schema, tape);
          fc.pre(validate(schema, parse(plain.text)).length === 0);
          const strange = randomDocument(schema, tape, 'query', naming);
          expect(strange.text).toBe(renamed(plain.text, naming));
          expect(await documentTreatmentOf(schema, contextOf(), strange)).toBe(
            renamed(await documentTreatmentOf(schema, contextOf(), plain), naming),
          );
        },
      ),
      { numRuns: 75, endOnFailure: true },
    );
  });
});

test('no type of the gateway has a field, argument or value with the name of an inherited member', () => {
  const names = Object.values(createSchema().getTypeMap()).flatMap((type) => {
    if (isEnumType(type)) return [type.name, ...type.getValues().map(({ name }) => name)];
    if (isInputObjectType(type)) return [type.name, ...Object.keys(type.getFields())];
    if (!isObjectType(type) && !isInterfaceType(type)) return [type.name];
    return [
      type.name,
      ...Object.values(type.getFields()).flatMap((field) => [field.name, ...field.args.map(({ name }) => name)]),
    ];
  });
  expect(names.filter((name) => INHERITED_NAMES.includes(name))).toEqual([]);
});

test('input with a member or an enum value that has the name of an inherited member is refused', async () => {
  const text = 'query($filter: TaskFilter) { tasks(filter: $filter) { totalCount } }';
  for (const name of INHERITED_NAMES) {
    for (const json of [`{"${name}":1}`, `{"statuses":["${name}"]}`]) {
      const document = { text, variables: () => ({ filter: JSON.parse(json) }) };
      expect(await documentTreatmentOf(createSchema(), gatewayContext(), document)).toMatch(
        /is not defined by type|does not exist in/,
      );
    }
  }
});

describe.each(Object.keys(ASK))('the pipeline over %s', (transport) => {
  const ask = async (url: string, params: object): Promise<Answer | undefined> => ASK[transport]?.(url, params);

  test('the cost limit counts the default of a variable, whatever its name', async () => {
    const { url } = await startServer();
    for (const name of INHERITED_NAMES) {
      const query = `query($${name}: Int = 100000) { items(first: $${name}) { nodes { name } } }`;
      expect([name, await ask(url, { query })]).toMatchObject([
        name,
        { errors: [{ extensions: { code: 'LIMIT_EXCEEDED', limit: 'cost' } }] },
      ]);
    }
  });

  test('a missing variable leaves its argument to the default of the schema, whatever its name', async () => {
    const { url } = await startServer();
    for (const name of INHERITED_NAMES) {
      const field = `${name}: hello(name: $${name})`;
      const fragment = `fragment ${name} on Query { ${field} }`;
      // Texts are copied if all variables are texts; otherwise all variables are coerced.
      const cases = [
        { declared: '', more: '', data: `{"${name}":"hello world"}` },
        {
          declared: ', $tell: Boolean = true',
          more: 'color @include(if: $tell)',
          data: `{"${name}":"hello world","color":null}`,
        },
      ];
      for (const { declared, more, data } of cases) {
        const query = `query ${name}($${name}: String${declared}) { ${field} ...${name} ${more} } ${fragment}`;
        const answer = await ask(url, { query, operationName: name });
        expect(JSON.stringify(answer?.data)).toBe(data);
      }
    }
  });

  test('a variable that is given is read, whatever its name', async () => {
    const { url } = await startServer();
    for (const name of INHERITED_NAMES) {
      const answer = await ask(url, {
        query: `query($${name}: String, $n: Int) { hello(name: $${name}) list(first: $n) { name } }`,
        variables: JSON.parse(`{"${name}":"you"}`),
      });
      expect([name, answer]).toEqual([name, { data: { hello: 'hello you', list: [{ name: 'item' }] } }]);
    }
  });

  test('the name of an inherited member finds no operation', async () => {
    const { url } = await startServer();
    for (const name of INHERITED_NAMES) {
      const answer = await ask(url, { query: 'query A { hello } query B { hello }', operationName: name });
      expect(answer).toMatchObject({
        errors: [
          { message: `Unknown operation named "${name}".`, extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } },
        ],
      });
    }
  });

  test('the name of an inherited member finds no registered document', async () => {
    const { url } = await startServer({ persisted: { mode: 'only', documents: new Map() } });
    for (const name of INHERITED_NAMES) {
      const answer = await ask(url, { extensions: { persistedQuery: { version: 1, sha256Hash: name } } });
      expect(answer).toMatchObject({ errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_IN_LIST' } }] });
    }
  });
});

test.each(['WebSocket', 'SSE', 'multipart'])(
  'an event over %s has the selected fields, whatever their aliases',
  async (transport) => {
    const { url, log } = await startServer();
    log.append('one', 'END');
    for (const name of INHERITED_NAMES) {
      const query = `subscription ${name}($${name}: String) { ${name}: follow(after: $${name}) { ${name}: text } }`;
      const answer = await ASK[transport]?.(url, { query, operationName: name });
      expect(JSON.stringify(answer?.data)).toBe(`{"${name}":{"${name}":"one"}}`);
    }
  },
);

test('claims, algorithms and key ids with the names of inherited members give no right', async () => {
  const issuer = await createIssuer();
  const { url } = await startServer({ auth: { mode: 'jwt', issuer: issuer.url, audience: AUDIENCE } });
  const status = async (token: string) =>
    (await post(url, { query: '{ whoAmI }' }, { authorization: `Bearer ${token}` })).status;
  for (const name of INHERITED_NAMES) {
    const header = (members: object) => Buffer.from(JSON.stringify(members)).toString('base64url');
    const [, payload, signature] = (await issuer.token()).split('.');
    expect([name, await status(`${header({ alg: name, kid: 'key-1' })}.${payload}.${signature}`)]).toEqual([name, 401]);
    expect([
      name,
      await status(`${header({ alg: 'ES256', kid: 'key-1', crit: [name] })}.${payload}.${signature}`),
    ]).toEqual([name, 401]);
    const scoped = await post(
      url,
      { query: 'mutation { append(text: "x") }' },
      { authorization: `Bearer ${await issuer.token({ scope: name, [name]: 'tasks:start' })}` },
    );
    expect([name, scoped.status]).toEqual([name, 403]);
  }
});
