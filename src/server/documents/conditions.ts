/** The conditions of a selection, `@skip` and `@include`, as graphql-js decides them. */
import { GraphQLIncludeDirective, GraphQLSkipDirective, getDirectiveValues, type DirectiveNode } from 'graphql';

/** Throws a GraphQLError where a condition has no value, or none that it can have. */
export function isIncluded(
  selection: { readonly directives?: readonly DirectiveNode[] },
  variables: { readonly [name: string]: unknown },
): boolean {
  return (
    getDirectiveValues(GraphQLSkipDirective, selection, variables)?.['if'] !== true &&
    getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.['if'] !== false
  );
}
