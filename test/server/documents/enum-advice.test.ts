/** Enum values in the spelling of AWS are answered with the value of the schema. */
import { describe, expect, test } from '@jest/globals';
import { buildSchema, graphqlSync, isEnumType } from 'graphql';
import { createSchema } from '../../../src/graphql/schema.js';
import { createEnumAdvice } from '../../../src/server/documents/enum-advice.js';
import { ASK } from '../../support/clients/ask.js';
import { startServer } from '../../support/server/server.js';

describe('createEnumAdvice', () => {
  const enums = Object.values(createSchema().getTypeMap())
    .filter(isEnumType)
    .filter(({ name }) => !name.startsWith('__'));

  test('the advice names the value for the spelling of AWS, for each enum, as text, as name and in a variable', () => {
    const advise = createEnumAdvice(createSchema());
    for (const { name, values } of enums.map((type) => ({ name: type.name, values: type.getValues() }))) {
      const schema = buildSchema(
        `type Query { of(value: ${name}): Int } enum ${name} { ${values.map((value) => value.name).join(' ')} }`,
      );
      for (const { name: right } of values) {
        // "CO_SELL" is "Co-Sell" and "CoSell" at AWS, others have spaces.
        const words = right
          .toLowerCase()
          .split('_')
          .map((word) => word.charAt(0).toUpperCase() + word.slice(1));
        for (const wrong of [words.join('-'), words.join(' '), words.join('')]) {
          const asText = graphqlSync({ schema, source: `{ of(value: "${wrong}") }` });
          expect(advise(asText.errors?.[0]?.message ?? '')).toBe(` Write ${right}, without quotes.`);
          const inVariable = graphqlSync({
            schema,
            source: `query($v: ${name}) { of(value: $v) }`,
            variableValues: { v: wrong },
          });
          // A value of one word in capitals is right as it is.
          expect(advise(inVariable.errors?.[0]?.message ?? '')).toBe(wrong === right ? '' : ` Send "${right}".`);
        }
        const asName = words.join('');
        expect(advise(graphqlSync({ schema, source: `{ of(value: ${asName}) }` }).errors?.[0]?.message ?? '')).toBe(
          asName === right ? '' : ` Write ${right}, without quotes.`,
        );
      }
    }
    expect(enums.length).toBeGreaterThan(10);
  });

  const ASKED = [
    [
      { query: '{ color(of: "Red") }' },
      'Enum "Color" cannot represent non-enum value: "Red".',
      ' Write RED, without quotes.',
    ],
    [
      { query: '{ color(of: "RED") }' },
      'Enum "Color" cannot represent non-enum value: "RED".',
      ' Write RED, without quotes.',
    ],
    [{ query: '{ color(of: Red) }' }, 'Value "Red" does not exist in "Color" enum.', ' Write RED, without quotes.'],
    [
      { query: 'query($of: Color) { color(of: $of) }', variables: { of: 'r-e d' } },
      'Variable "$of" got invalid value "r-e d"; Value "r-e d" does not exist in "Color" enum.',
      ' Send "RED".',
    ],
    [{ query: '{ color(of: Blue) }' }, 'Value "Blue" does not exist in "Color" enum.', ''],
  ] as const;
  test.each(Object.keys(ASK))('the advice over %s reaches only clients that may introspect', async (transport) => {
    for (const explorer of [true, false]) {
      const { url } = await startServer({ explorer });
      for (const [params, message, advice] of ASKED) {
        const answer = await ASK[transport]?.(url, params);
        expect(answer?.errors?.[0]?.message).toBe(explorer ? message + advice : message);
      }
    }
  });
});
