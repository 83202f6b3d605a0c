/** What an operation weighs: how many fields it may make the server resolve, under the variables that it comes with. */
import {
  Kind,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { INTROSPECTION_FIELDS, type Fragments, type Variables } from './limits.js';

/**
 * How many fields an operation may make the server resolve. `first` multiplies what lies under the list that it pages: under the
 * field itself where that is a list, else under those of its fields that are lists (`nodes`, `edges`), so that `pageInfo` counts once. A field
 * with `extensions.complexity` counts as so many.
 * @returns the cost, and whether other variables could make it another one.
 */
export function costOf(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  variables: Variables,
): { readonly cost: number; readonly variable: boolean } {
  let variable = false;
  const known = new Map<string, number>();

  function ofSet(set: SelectionSetNode, parent: GraphQLCompositeType | undefined, perList: number): number {
    let cost = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) cost += ofField(selection, parent, perList);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        cost += ofSet(selection.selectionSet, compositeNamed(selection.typeCondition?.name.value) ?? parent, perList);
      } else cost += ofFragment(selection.name.value, perList);
    }
    return cost;
  }

  function ofFragment(name: string, perList: number): number {
    const key = `${name} ${perList}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const fragment = fragments.get(name);
    const cost = fragment === undefined ? 0 : ofSet(fragment.selectionSet, compositeNamed(fragment.typeCondition.name.value), perList);
    known.set(key, cost);
    return cost;
  }

  function ofField(node: FieldNode, parent: GraphQLCompositeType | undefined, perList: number): number {
    if (INTROSPECTION_FIELDS.has(node.name.value)) return 1;
    const field = fieldNamed(parent, node.name.value);
    const list = field !== undefined && isListType(getNullableType(field.type));
    const first = firstOf(node, field);
    const own = weightOf(field);
    if (node.selectionSet === undefined) return list ? perList : own;
    const type = field === undefined ? undefined : getNamedType(field.type);
    const below = ofSet(node.selectionSet, isCompositeType(type) ? type : undefined, list ? 1 : first);
    return list ? own - 1 + perList * first * (1 + below) : own + below;
  }

  function firstOf(node: FieldNode, field: GraphQLField<unknown, unknown> | undefined): number {
    const definition = field?.args.find((argument) => argument.name === 'first');
    if (definition === undefined) return 1;
    const fallback = typeof definition.defaultValue === 'number' ? definition.defaultValue : 1;
    const value = node.arguments?.find((argument) => argument.name.value === 'first')?.value;
    if (value?.kind === Kind.INT) return atLeastOne(Number(value.value));
    if (value?.kind !== Kind.VARIABLE) return atLeastOne(fallback);
    variable = true;
    const given = variables[value.name.value];
    if (typeof given === 'number') return atLeastOne(given);
    const declared = operation.variableDefinitions?.find((it) => it.variable.name.value === value.name.value)?.defaultValue;
    return atLeastOne(given === undefined && declared?.kind === Kind.INT ? Number(declared.value) : fallback);
  }

  function compositeNamed(name: string | undefined): GraphQLCompositeType | undefined {
    const type = name === undefined ? undefined : schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }

  return { cost: ofSet(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, 1), variable };
}

function fieldNamed(parent: GraphQLCompositeType | undefined, name: string): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
}

/** How many fields it is worth to resolve this one itself: what the schema says in `extensions.complexity`, else 1. */
function weightOf(field: GraphQLField<unknown, unknown> | undefined): number {
  const complexity = field?.extensions['complexity'];
  return typeof complexity === 'number' ? complexity : 1;
}

function atLeastOne(first: number): number {
  return Number.isFinite(first) ? Math.max(1, first) : 1;
}
