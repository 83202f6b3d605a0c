/**
 * Names the value of an enum that was meant. AWS writes "Co-Sell" and "Sandbox" where the schema has CO_SELL and SANDBOX, and a developer who knows
 * AWS's API writes the former. graphql-js suggests what is spelt nearly the same, which "Co-Sell" is not.
 */
import { isEnumType, type GraphQLSchema } from 'graphql';

/** @param message of a mistake, as graphql-js words it. @returns a sentence that says what would be right, or '' */
export type Advise = (message: string) => string;

export const noAdvice: Advise = () => '';

/** The value stands before the type or after it. Bounded, because the text before it may be the client's. */
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
