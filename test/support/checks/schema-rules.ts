/**
 * The rules of graphql-eslint's `schema-all` and `schema-relay` (version 4.4), as far as valid SDL can break them at
 * all, over an SDL document. Each yields the schema coordinates that break it.
 */
import {
  Kind,
  isLeafType,
  print,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  type InterfaceTypeDefinitionNode,
  type InputValueDefinitionNode,
  type ObjectTypeDefinitionNode,
  type StringValueNode,
  type TypeNode,
} from 'graphql';

export type Violation = { readonly rule: string; readonly at: string };

type OutputType = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;
type Part = {
  readonly at: string;
  readonly kind: 'type' | 'field' | 'argument' | 'value';
  readonly name: string;
  readonly description: StringValueNode | undefined;
  readonly directives: readonly ConstDirectiveNode[];
};

const ROOTS = ['Query', 'Mutation', 'Subscription'];
const CASES = {
  type: /^[A-Z][A-Za-z0-9]*$/,
  field: /^[a-z][A-Za-z0-9]*$/,
  argument: /^[a-z][A-Za-z0-9]*$/,
  value: /^[A-Z](?:[A-Z0-9_]*[A-Z0-9])?$/,
};
/** The words that a name of each kind of definition may neither begin nor end with. */
const REDUNDANT: Readonly<Record<string, readonly string[]>> = {
  [Kind.ENUM_TYPE_DEFINITION]: ['Enum'],
  [Kind.INTERFACE_TYPE_DEFINITION]: ['Interface'],
  [Kind.OBJECT_TYPE_DEFINITION]: ['Type'],
  Query: ['query', 'get'],
  Mutation: ['mutation'],
  Subscription: ['subscription'],
};

export function findViolations(document: DocumentNode, schema: GraphQLSchema): Violation[] {
  const definitions = document.definitions;
  const parts = definitions.flatMap(partsOf);
  const outputs = definitions.filter(isOutput);
  const found: Readonly<Record<string, readonly string[]>> = {
    'require-description': parts.filter((part) => (part.description?.value.trim() ?? '') === '').map(({ at }) => at),
    'description-style': parts.filter((part) => part.description?.block === false).map(({ at }) => at),
    'naming-convention': [
      ...parts.filter(({ kind, name }) => !CASES[kind].test(name)).map(({ at }) => at),
      ...definitions.flatMap(redundantNames),
    ],
    'require-deprecation-reason': parts
      .filter(({ directives }) => directives.some(isBareDeprecation))
      .map(({ at }) => at),
    'no-typename-prefix': fieldsWhere(outputs, (field, type) =>
      field.name.value.toLowerCase().startsWith(type.name.value.toLowerCase()),
    ),
    'unique-enum-value-names': definitions.flatMap(ambiguousValues),
    'strict-id-in-types': outputs
      .filter((type) => type.kind === Kind.OBJECT_TYPE_DEFINITION && !isRoot(type) && !hasId(type))
      .map(nameOf),
    'no-unreachable-types': unreachable(definitions),
    'input-name': fieldsWhere(outputs, (field, type) => type.name.value === 'Mutation' && !takesItsInput(field)),
    'no-scalar-result-type-on-mutation': fieldsWhere(
      outputs,
      (field, type) => type.name.value === 'Mutation' && isLeafType(schema.getType(typeName(field.type))),
    ),
    'require-field-of-type-query-in-mutation-result': fieldsWhere(
      outputs,
      (field, type) =>
        type.name.value === 'Mutation' &&
        !outputs.some((result) => result.name.value === typeName(field.type) && fieldTypes(result).includes('Query')),
    ),
    'require-nullable-result-in-root': fieldsWhere(
      outputs,
      (field, type) =>
        ['Query', 'Mutation'].includes(type.name.value) &&
        field.type.kind === Kind.NON_NULL_TYPE &&
        field.type.type.kind === Kind.NAMED_TYPE,
    ),
    alphabetize: definitions.filter((definition) => !isSorted(namesIn(definition))).map(nameOf),
    ...relayViolations(outputs, schema),
  };
  return Object.entries(found).flatMap(([rule, places]) => places.map((at) => ({ rule, at })));
}

function relayViolations(outputs: readonly OutputType[], schema: GraphQLSchema): Record<string, readonly string[]> {
  const connections = outputs.filter((type) => type.name.value.endsWith('Connection'));
  const edgeNames = connections.map((type) =>
    typeName(type.fields?.find((field) => field.name.value === 'edges')?.type),
  );
  const edges = outputs.filter((type) => edgeNames.includes(type.name.value));
  return {
    'relay-connection-types': [
      ...connections
        .filter((type) => !/^\[\w+!?\]!?$/.test(typeOf(type, 'edges')) || typeOf(type, 'pageInfo') !== 'PageInfo!')
        .map(nameOf),
      ...outputs
        .filter(
          (type) => !connections.includes(type) && typeOf(type, 'edges') !== '' && typeOf(type, 'pageInfo') !== '',
        )
        .map(nameOf),
    ],
    'relay-edge-types': [
      ...edges
        .filter(
          (type) =>
            !type.name.value.endsWith('Edge') ||
            !/^\w+!?$/.test(typeOf(type, 'node')) ||
            !/^String!?$/.test(typeOf(type, 'cursor')),
        )
        .map(nameOf),
      ...edges
        .filter((type) => {
          const node = outputs.find(({ name }) => name.value === typeOf(type, 'node').replace('!', ''));
          return (
            node?.kind === Kind.OBJECT_TYPE_DEFINITION && !node.interfaces?.some(({ name }) => name.value === 'Node')
          );
        })
        .map((type) => `${type.name.value}.node`),
    ],
    'relay-page-info': outputs
      .filter(({ name }) => name.value === 'PageInfo')
      .filter(
        (type) =>
          ['hasNextPage', 'hasPreviousPage'].some((name) => typeOf(type, name) !== 'Boolean!') ||
          ['startCursor', 'endCursor'].some((name) => typeOf(type, name) !== 'String'),
      )
      .map(nameOf),
    'relay-arguments': fieldsWhere(outputs, (field) => {
      const args = Object.fromEntries((field.arguments ?? []).map((arg) => [arg.name.value, print(arg.type)]));
      return (
        typeName(field.type).endsWith('Connection') &&
        !(/^Int!?$/.test(args['first'] ?? '') && isLeafType(schema.getType((args['after'] ?? '').replace('!', ''))))
      );
    }),
  };
}

function partsOf(definition: DefinitionNode): Part[] {
  if (!('name' in definition) || definition.name === undefined || !('description' in definition)) return [];
  const type = definition.name.value;
  const part = (
    kind: Part['kind'],
    at: string,
    node: {
      name: { value: string };
      description?: StringValueNode | undefined;
      directives?: readonly ConstDirectiveNode[] | undefined;
    },
  ): Part => ({
    at,
    kind,
    name: node.name.value,
    description: node.description,
    directives: node.directives ?? [],
  });
  return [
    { at: type, kind: 'type', name: type, description: definition.description, directives: [] },
    ...membersOf(definition).flatMap((field) => [
      part('field', `${type}.${field.name.value}`, field),
      ...(field.kind === Kind.FIELD_DEFINITION ? (field.arguments ?? []) : []).map((arg) =>
        part('argument', `${type}.${field.name.value}(${arg.name.value}:)`, arg),
      ),
    ]),
    ...(definition.kind === Kind.ENUM_TYPE_DEFINITION ? (definition.values ?? []) : []).map((value) =>
      part('value', `${type}.${value.name.value}`, value),
    ),
  ];
}

function membersOf(definition: DefinitionNode): readonly (FieldDefinitionNode | InputValueDefinitionNode)[] {
  return isOutput(definition) || definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION ? (definition.fields ?? []) : [];
}

function redundantNames(definition: DefinitionNode): string[] {
  const clashes = (name: string, words: readonly string[] = []) =>
    words.some((word) => name.startsWith(word) || name.toLowerCase().endsWith(word.toLowerCase()));
  if (!('name' in definition) || definition.name === undefined) return [];
  const type = definition.name.value;
  return [
    ...(clashes(type, REDUNDANT[definition.kind]) ? [type] : []),
    ...(isOutput(definition) ? (definition.fields ?? []) : [])
      .filter((field) => clashes(field.name.value, REDUNDANT[type]))
      .map((field) => `${type}.${field.name.value}`),
  ];
}

function isBareDeprecation(directive: ConstDirectiveNode): boolean {
  return directive.name.value === 'deprecated' && !directive.arguments?.some((arg) => arg.name.value === 'reason');
}

function ambiguousValues(definition: DefinitionNode): string[] {
  if (definition.kind !== Kind.ENUM_TYPE_DEFINITION) return [];
  const names = (definition.values ?? []).map((value) => value.name.value.toLowerCase());
  return new Set(names).size === names.length ? [] : [definition.name.value];
}

/** Types that no operation leads to; an interface leads to the types that implement it. */
function unreachable(definitions: readonly DefinitionNode[]): string[] {
  const reached = new Set<string>();
  const reach = (name: string): void => {
    if (reached.has(name)) return;
    reached.add(name);
    for (const definition of definitions) {
      if (nameOf(definition) === name) membersOf(definition).flatMap(typesIn).forEach(reach);
      if (
        definition.kind === Kind.OBJECT_TYPE_DEFINITION &&
        definition.interfaces?.some((type) => type.name.value === name)
      )
        reach(definition.name.value);
    }
  };
  ROOTS.forEach(reach);
  return definitions.map(nameOf).filter((name) => name !== '' && !reached.has(name));
}

function typesIn(member: FieldDefinitionNode | InputValueDefinitionNode): string[] {
  const args = member.kind === Kind.FIELD_DEFINITION ? (member.arguments ?? []) : [];
  return [typeName(member.type), ...args.map((arg) => typeName(arg.type))];
}

function takesItsInput(field: FieldDefinitionNode): boolean {
  const [first, ...more] = field.arguments ?? [];
  const name = field.name.value;
  return (
    first?.name.value === 'input' &&
    more.length === 0 &&
    typeName(first.type) === `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`
  );
}

function fieldsWhere(
  outputs: readonly OutputType[],
  breaks: (field: FieldDefinitionNode, type: OutputType) => boolean,
): string[] {
  return outputs.flatMap((type) =>
    (type.fields ?? []).filter((field) => breaks(field, type)).map((field) => `${type.name.value}.${field.name.value}`),
  );
}

function fieldTypes(type: OutputType): string[] {
  return (type.fields ?? []).map((field) => typeName(field.type));
}

function namesIn(definition: DefinitionNode): string[][] {
  const fields = membersOf(definition);
  const values = definition.kind === Kind.ENUM_TYPE_DEFINITION ? (definition.values ?? []) : [];
  const args = fields.map((field) => (field.kind === Kind.FIELD_DEFINITION ? (field.arguments ?? []) : []));
  return [fields, values, ...args].map((nodes) => nodes.map((node) => node.name.value));
}

function isSorted(lists: readonly string[][]): boolean {
  return lists.every((names) => names.every((name, index) => index === 0 || (names[index - 1] ?? '') <= name));
}

function isOutput(definition: DefinitionNode): definition is OutputType {
  return definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION;
}

function isRoot(type: OutputType): boolean {
  return ROOTS.includes(type.name.value);
}

function hasId(type: OutputType): boolean {
  return typeOf(type, 'id') === 'ID!';
}

function typeOf(type: OutputType, name: string): string {
  const field = type.fields?.find((candidate) => candidate.name.value === name);
  return field === undefined ? '' : print(field.type);
}

function typeName(type: TypeNode | undefined): string {
  return type === undefined ? '' : print(type).replaceAll(/[[\]!]/g, '');
}

function nameOf(definition: DefinitionNode): string {
  return 'name' in definition ? (definition.name?.value ?? '') : '';
}
