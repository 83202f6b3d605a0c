/** Executes every operation with graphql-js. */
import { createSourceEventStream, execute } from 'graphql';
import type * as original from '../../../src/server/execution/executor.js';

export const createExecutor: typeof original.createExecutor = (schema) => ({
  execute: ({ ast: document }, { name }, { rootValue, contextValue, variables }) =>
    execute({
      schema,
      document,
      operationName: name?.value ?? null,
      rootValue,
      contextValue,
      variableValues: variables,
    }),
  subscribe: ({ ast: document }, { name }, { contextValue, variables }) =>
    createSourceEventStream({
      schema,
      document,
      operationName: name?.value ?? null,
      contextValue,
      variableValues: variables,
    }),
});
