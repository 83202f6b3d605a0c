/** Executes operations on the schema as a transport does, and returns the results as a client reads them. */
import { createSourceEventStream, graphql, parse, subscribe } from 'graphql';
import type { GraphqlContext } from '../../../src/graphql/context.js';
import { createSchema } from '../../../src/graphql/schema.js';

export const schema = createSchema();

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
export type Answer = {
  readonly data?: Json;
  readonly errors?: { message: string; path?: Json; extensions?: { code?: string } }[];
};
type Variables = Readonly<Record<string, unknown>>;

export async function run(
  source: string,
  contextValue: GraphqlContext,
  variableValues: Variables = {},
): Promise<Answer> {
  return asRead(await graphql({ schema, source, contextValue, variableValues }));
}

/** Every event of a stream until its end, or the errors in place of the stream. */
export async function collect(
  source: string,
  contextValue: GraphqlContext,
  variableValues: Variables = {},
): Promise<Answer[]> {
  const result = await subscribe({ schema, document: parse(source), contextValue, variableValues });
  if (!(Symbol.asyncIterator in result)) return [asRead(result)];
  const answers: Answer[] = [];
  for await (const event of result) answers.push(asRead(event));
  return answers;
}

/** The result of the field's `subscribe`, before any resolver runs. */
export async function sourceOf(source: string, contextValue: GraphqlContext): Promise<unknown> {
  return createSourceEventStream({ schema, document: parse(source), contextValue });
}

function asRead(result: unknown): Answer {
  return JSON.parse(JSON.stringify(result));
}

export function codesOf(answer: Answer | undefined): (string | undefined)[] {
  return (answer?.errors ?? []).map((error) => error.extensions?.code);
}
