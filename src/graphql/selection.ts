/** Examines the selection below a field, so that the gateway reads no more from AWS than an operation selects. Pure. */
import { Kind, type GraphQLResolveInfo, type SelectionNode, type SelectionSetNode } from 'graphql';

/** Members of a type by name. `true` includes everything below the member. */
export type Members = { readonly [name: string]: true | Members };

export type Selection = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'variableValues'>;

/**
 * Members that @skip or @include leave out do not count as selected. A condition that is null makes execution fail at
 * its object.
 *
 * @returns true if nothing but `members` is selected below the field
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
