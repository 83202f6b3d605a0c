/**
 * The cost of an operation with its variables: the number of fields that the server may have to resolve. No library
 * serves: graphql-query-complexity visits a fragment at each spread and cannot multiply lists alone, and graphql-armor
 * ignores variables.
 */
import {
  Kind,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { ownMember } from '../../runtime/guards.js';
import { INTROSPECTION_FIELDS, measure, sum, type Fragments, type Variables } from '../security/limits.js';

/** The factors for the fields of a selection set. */
type Factors = {
  /** The factor for lists: `first` of the field above. */
  readonly first: number;
  /** The number of inputs of the field above. */
  readonly inputs: number;
  /** The factor for costly fields: the number of inputs whose results they belong to. */
  readonly results: number;
};

const ONCE: Factors = { first: 1, inputs: 1, results: 1 };

/**
 * The cost of each field of introspection, because its lists are long and have no `first`. The standard introspection
 * query selects 230 fields and costs 3,450.
 */
const COST_PER_INTROSPECTED_FIELD = 15;
/**
 * Longer aliases cost one field for each ten further characters, because the response repeats them with their field.
 */
const FREE_ALIAS_CHARACTERS = 50;
const ALIAS_CHARACTERS_PER_FIELD = 10;

/**
 * Computes the number of fields that the server may have to resolve:
 *
 * - `first` multiplies the fields of the list that it pages: the list field itself, or the list fields of a connection
 *   (`nodes`, `edges`). `pageInfo` counts once.
 * - A field with `extensions.complexity` counts as that many fields.
 * - A list with `extensions.perInput` has an element for each of the `inputs` of the field above it. Paged and complex
 *   fields in it count once for each element, except fields with `perInput: false`, which are null there. Plain fields
 *   count once, because accepting an input costs more than returning it.
 * - A list with `extensions.sizedBy` has an element for each value of the argument of this name, and each element counts
 *   with the field's own complexity.
 * - Introspection and long aliases count as the constants above say.
 *
 * @returns the cost, and true in `variable` if other variables could change it
 */
export function costOf(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  variables: Variables,
): { readonly cost: number; readonly variable: boolean } {
  let variable = false;
  const known = new Map<string, number>();

  function costOfSet(set: SelectionSetNode, parent: GraphQLCompositeType | undefined, factors: Factors): number {
    let cost = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) cost += costOfField(selection, parent, factors);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        cost += costOfSet(
          selection.selectionSet,
          compositeNamed(selection.typeCondition?.name.value) ?? parent,
          factors,
        );
      } else cost += costOfFragment(selection.name.value, factors);
    }
    return cost;
  }

  function costOfFragment(name: string, factors: Factors): number {
    const key = `${name} ${factors.first} ${factors.inputs} ${factors.results}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const fragment = fragments.get(name);
    const cost =
      fragment === undefined
        ? 0
        : costOfSet(fragment.selectionSet, compositeNamed(fragment.typeCondition.name.value), factors);
    known.set(key, cost);
    return cost;
  }

  function costOfField(node: FieldNode, parent: GraphQLCompositeType | undefined, factors: Factors): number {
    return costWithoutAlias(node, parent, factors) + factors.results * aliasWeight(node);
  }

  function costWithoutAlias(node: FieldNode, parent: GraphQLCompositeType | undefined, factors: Factors): number {
    if (INTROSPECTION_FIELDS.has(node.name.value)) return COST_PER_INTROSPECTED_FIELD * costOfIntrospection(node);
    const field = fieldNamed(parent, node.name.value);
    const perInput = field?.extensions['perInput'];
    const results = perInput === true ? factors.inputs : perInput === false ? 1 : factors.results;
    if (!isCostly(field)) return costOfElement(node, field, { ...factors, results });
    return results * costOfElement(node, field, { ...factors, results: 1 });
  }

  function costOfIntrospection({ selectionSet }: FieldNode): number {
    if (selectionSet === undefined) return 1;
    return 1 + measure(selectionSet, fragments, (field, below) => 1 + below() + aliasWeight(field), sum);
  }

  function costOfElement(node: FieldNode, field: GraphQLField<unknown, unknown> | undefined, factors: Factors): number {
    const list = field !== undefined && isListType(getNullableType(field.type));
    const own = weightOf(field);
    if (node.selectionSet === undefined) return list ? own - 1 + factors.first : own;
    const first = firstOf(node, field);
    const type = field === undefined ? undefined : getNamedType(field.type);
    const below = costOfSet(node.selectionSet, isCompositeType(type) ? type : undefined, {
      first: list ? 1 : first,
      inputs: lengthOfArgument(node, 'inputs'),
      results: factors.results,
    });
    const sizedBy = field?.extensions['sizedBy'];
    if (typeof sizedBy === 'string') return lengthOfArgument(node, sizedBy) * (own + below);
    return list ? own - 1 + factors.first * first * (1 + below) : own + below;
  }

  function firstOf(node: FieldNode, field: GraphQLField<unknown, unknown> | undefined): number {
    const definition = argumentNamed(field, 'first');
    if (definition === undefined) return 1;
    const fallback = typeof definition.defaultValue === 'number' ? definition.defaultValue : 1;
    const value = valueOf(node, 'first');
    if (value?.kind === Kind.INT) return atLeastOne(Number(value.value));
    if (value?.kind !== Kind.VARIABLE) return atLeastOne(fallback);
    const { given, declared } = variableNamed(value.name.value);
    if (typeof given === 'number') return atLeastOne(given);
    return atLeastOne(given === undefined && declared?.kind === Kind.INT ? Number(declared.value) : fallback);
  }

  function lengthOfArgument(node: FieldNode, name: string): number {
    const value = valueOf(node, name);
    if (value?.kind !== Kind.VARIABLE) return atLeastOne(lengthOf(value));
    const { given, declared } = variableNamed(value.name.value);
    return atLeastOne(Array.isArray(given) ? given.length : given === undefined ? lengthOf(declared) : 1);
  }

  function variableNamed(name: string): { readonly given: unknown; readonly declared: ValueNode | undefined } {
    variable = true;
    const definition = operation.variableDefinitions?.find((it) => it.variable.name.value === name);
    return { given: ownMember(variables, name), declared: definition?.defaultValue };
  }

  function compositeNamed(name: string | undefined): GraphQLCompositeType | undefined {
    const type = name === undefined ? undefined : schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }

  return {
    cost: costOfSet(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, ONCE),
    variable,
  };
}

function fieldNamed(
  parent: GraphQLCompositeType | undefined,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
}

function argumentNamed(field: GraphQLField<unknown, unknown> | undefined, name: string): GraphQLArgument | undefined {
  return field?.args.find((argument) => argument.name === name);
}

function valueOf(node: FieldNode, name: string): ValueNode | undefined {
  return node.arguments?.find((argument) => argument.name.value === name)?.value;
}

/** A single value is coerced to a list of one. */
function lengthOf(value: ValueNode | undefined): number {
  return value?.kind === Kind.LIST ? value.values.length : 1;
}

/** True if resolving the field takes more than reading a member. */
function isCostly(field: GraphQLField<unknown, unknown> | undefined): boolean {
  return weightOf(field) > 1 || argumentNamed(field, 'first') !== undefined;
}

/** The cost of the field itself: `extensions.complexity` of the schema, else 1. */
function weightOf(field: GraphQLField<unknown, unknown> | undefined): number {
  const complexity = field?.extensions['complexity'];
  return typeof complexity === 'number' ? complexity : 1;
}

function aliasWeight({ alias }: FieldNode): number {
  const length = alias?.value.length ?? 0;
  return Math.max(0, Math.ceil((length - FREE_ALIAS_CHARACTERS) / ALIAS_CHARACTERS_PER_FIELD));
}

function atLeastOne(first: number): number {
  return Number.isFinite(first) ? Math.max(1, first) : 1;
}
