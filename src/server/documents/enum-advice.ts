/**
 * Names the enum value that a client probably meant. AWS writes "Co-Sell" and "Sandbox", and developers who know its
 * API do the same, but the schema has CO_SELL and SANDBOX. The suggestions of graphql-js cover only similar spellings,
 * which "Co-Sell" is not.
 */
import { isEnumType, type GraphQLSchema } from 'graphql';

/** @param message an error message of graphql-js @returns a sentence with the right value, or '' */
export type Advise = (message: string) => string;

export const noAdvice: Advise = () => '';

/** The value stands before the type or after it. The lengths are bounded, because the client may send long values. */
const NOT_A_VALUE =
  /Value "([^"]{1,100})" does not exist in "(\w{1,100})" enum\.|Enum "(\w{1,100})" cannot represent non-enum value: "([^"]{1,100})"\./;

export function createEnumAdvice(schema: GraphQLSchema): Advise {
  return (message) => {
    const [, value, type, typeOfText = '', text = ''] = NOT_A_VALUE.exec(message) ?? [];
    const found = schema.getType(type ?? typeOfText);
    if (!isEnumType(found)) return '';
    const right = found.getValues().find(({ name }) => bare(name) === bare(value ?? text))?.name;
    if (right === undefined) return '';
    return message.startsWith('Variable ') ? ` Send "${right}".` : ` Write ${right}, without quotes.`;
  };
}

function bare(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z\d]/g, '');
}
