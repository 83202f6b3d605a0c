/** Evaluates the conditions of a selection, `@skip` and `@include`, as graphql-js does. */
import { GraphQLIncludeDirective, GraphQLSkipDirective, getDirectiveValues, type DirectiveNode } from 'graphql';

/** @throws GraphQLError if a condition has no value or a wrong one */
export function isIncluded(
  selection: { readonly directives?: readonly DirectiveNode[] },
  variables: { readonly [name: string]: unknown },
): boolean {
  return (
    getDirectiveValues(GraphQLSkipDirective, selection, variables)?.['if'] !== true &&
    getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.['if'] !== false
  );
}
