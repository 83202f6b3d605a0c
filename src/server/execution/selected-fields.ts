/**
 * The fields that a selection set selects of an object type, in the order of graphql-js (GraphQL, section 6.3.2). The
 * choice of `@skip` and `@include` is made before execution.
 */
import {
  Kind,
  isAbstractType,
  typeFromAST,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

export type OperationDocument = {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** Evaluates @skip and @include for the values of the conditions that the operation is compiled for. */
  readonly isIncluded: (selection: { readonly directives?: readonly DirectiveNode[] }) => boolean;
};

/** The selections of one response name. */
export type FieldNodes = readonly [FieldNode, ...FieldNode[]];

/** @returns the selections by response name */
export function selectedFields(
  document: OperationDocument,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): ReadonlyMap<string, FieldNodes> {
  const selected = new Map<string, [FieldNode, ...FieldNode[]]>();
  const visited = new Set<string>();

  function collect(set: SelectionSetNode): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD && visited.has(selection.name.value)) continue;
      if (!document.isIncluded(selection)) continue;
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value;
        const nodes = selected.get(name);
        if (nodes === undefined) selected.set(name, [selection]);
        else nodes.push(selection);
        continue;
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD) visited.add(selection.name.value);
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? document.fragments[selection.name.value] : selection;
      if (fragment !== undefined && applies(document.schema, fragment, type)) collect(fragment.selectionSet);
    }
  }

  for (const set of sets) collect(set);
  return selected;
}

function applies(
  schema: GraphQLSchema,
  { typeCondition }: FragmentDefinitionNode | InlineFragmentNode,
  type: GraphQLObjectType,
): boolean {
  if (typeCondition === undefined) return true;
  const condition = typeFromAST(schema, typeCondition);
  return condition === type || (isAbstractType(condition) && schema.isSubType(condition, type));
}
