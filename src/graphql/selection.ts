/** Tells what an operation selects below a field, so that no more is read from AWS than it asks for. Pure. */
import { Kind, type GraphQLResolveInfo, type SelectionNode, type SelectionSetNode } from 'graphql';

/** Members of a type by name; `true` stands for a member and all that is below it. */
export type Members = { readonly [name: string]: true | Members };

export type Selection = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'variableValues'>;

/**
 * @returns whether nothing but `members` is selected below the field. What @skip and @include leave out is not selected; where a condition is
 * null, execution fails at the object that it stands in.
 */
export function selectsOnly(members: Members, { fieldNodes, fragments, variableValues }: Selection): boolean {
  function conditionOf({ directives }: SelectionNode, name: 'skip' | 'include'): unknown {
    const value = directives?.find((directive) => directive.name.value === name)?.arguments?.[0]?.value;
    return value?.kind === Kind.VARIABLE
      ? variableValues[value.name.value]
      : value?.kind === Kind.BOOLEAN
        ? value.value
        : undefined;
  }
  const isSelected = (node: SelectionNode) =>
    conditionOf(node, 'include') !== false && conditionOf(node, 'skip') !== true;

  function within(set: SelectionSetNode, known: Members): boolean {
    return set.selections.filter(isSelected).every((node) => {
      switch (node.kind) {
        case Kind.FIELD: {
          const member = known[node.name.value] ?? node.name.value === '__typename';
          return typeof member === 'boolean' || node.selectionSet === undefined
            ? member !== false
            : within(node.selectionSet, member);
        }
        case Kind.INLINE_FRAGMENT:
          return within(node.selectionSet, known);
        case Kind.FRAGMENT_SPREAD: {
          const fragment = fragments[node.name.value];
          return fragment !== undefined && within(fragment.selectionSet, known);
        }
        default:
          return node satisfies never;
      }
    });
  }

  return fieldNodes.every(({ selectionSet }) => selectionSet === undefined || within(selectionSet, members));
}
