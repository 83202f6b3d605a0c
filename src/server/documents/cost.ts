/**
 * The cost of an operation: how many fields it may make the server resolve, under the variables that it comes with. The rule is our own, because
 * graphql-query-complexity visits a fragment at each spread and cannot multiply lists alone, and graphql-armor ignores variables.
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

/** How often what is selected in a set counts. */
type Times = {
  /** Its lists, by the `first` of the field above. */
  readonly first: number;
  /** Of the field above. */
  readonly inputs: number;
  /** What is dear in it, by the inputs whose results it is told of. */
  readonly results: number;
};

const ONCE: Times = { first: 1, inputs: 1, results: 1 };

/**
 * How many values a field of the schema's description counts for: its lists have no `first`, and are long. The standard query selects 230 fields,
 * and costs 3,450.
 */
const VALUES_OF_DESCRIPTION = 15;
/** An alias up to this length costs nothing. The answer repeats it as often as its field, so that each ten characters more count as one field. */
const FREE_ALIAS_CHARACTERS = 50;
const ALIAS_CHARACTERS_PER_FIELD = 10;

/**
 * How many fields an operation may make the server resolve. `first` multiplies what lies under the list that it pages: under the
 * field itself where that is a list, else under those of its fields that are lists (`nodes`, `edges`), so that `pageInfo` counts once. A field
 * with `extensions.complexity` counts as so many. A list with `extensions.perInput` has an element for each of the `inputs` of the field above it:
 * what is paged or complex in them counts that often, but for a field with `perInput: false`, which is null there. Their plain values count once,
 * because an input is dearer to take than to tell of. The description of the schema and long aliases count as the constants above say.
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

  function ofSet(set: SelectionSetNode, parent: GraphQLCompositeType | undefined, times: Times): number {
    let cost = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) cost += ofField(selection, parent, times);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        cost += ofSet(selection.selectionSet, compositeNamed(selection.typeCondition?.name.value) ?? parent, times);
      } else cost += ofFragment(selection.name.value, times);
    }
    return cost;
  }

  function ofFragment(name: string, times: Times): number {
    const key = `${name} ${times.first} ${times.inputs} ${times.results}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const fragment = fragments.get(name);
    const cost =
      fragment === undefined
        ? 0
        : ofSet(fragment.selectionSet, compositeNamed(fragment.typeCondition.name.value), times);
    known.set(key, cost);
    return cost;
  }

  function ofField(node: FieldNode, parent: GraphQLCompositeType | undefined, times: Times): number {
    return ofValue(node, parent, times) + times.results * aliasWeight(node);
  }

  function ofValue(node: FieldNode, parent: GraphQLCompositeType | undefined, times: Times): number {
    if (INTROSPECTION_FIELDS.has(node.name.value)) return VALUES_OF_DESCRIPTION * ofDescription(node);
    const field = fieldNamed(parent, node.name.value);
    const perInput = field?.extensions['perInput'];
    const results = perInput === true ? times.inputs : perInput === false ? 1 : times.results;
    if (!isDear(field)) return ofOne(node, field, { ...times, results });
    return results * ofOne(node, field, { ...times, results: 1 });
  }

  function ofDescription({ selectionSet }: FieldNode): number {
    if (selectionSet === undefined) return 1;
    return 1 + measure(selectionSet, fragments, (field, below) => 1 + below() + aliasWeight(field), sum);
  }

  function ofOne(node: FieldNode, field: GraphQLField<unknown, unknown> | undefined, times: Times): number {
    const list = field !== undefined && isListType(getNullableType(field.type));
    const own = weightOf(field);
    if (node.selectionSet === undefined) return list ? times.first : own;
    const first = firstOf(node, field);
    const type = field === undefined ? undefined : getNamedType(field.type);
    const below = ofSet(node.selectionSet, isCompositeType(type) ? type : undefined, {
      first: list ? 1 : first,
      inputs: inputsOf(node),
      results: times.results,
    });
    return list ? own - 1 + times.first * first * (1 + below) : own + below;
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

  function inputsOf(node: FieldNode): number {
    const value = valueOf(node, 'inputs');
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

  return { cost: ofSet(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, ONCE), variable };
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

/** A single value is taken as a list of one. */
function lengthOf(value: ValueNode | undefined): number {
  return value?.kind === Kind.LIST ? value.values.length : 1;
}

/** Whether it takes more than telling a value that is there. */
function isDear(field: GraphQLField<unknown, unknown> | undefined): boolean {
  return weightOf(field) > 1 || argumentNamed(field, 'first') !== undefined;
}

/** How many fields it is worth to resolve this one itself: what the schema says in `extensions.complexity`, else 1. */
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
