/** Valid operations over any schema, made from a tape of random bytes, so that fast-check can shrink what it finds. */
import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';

export type RandomDocument = { readonly text: string; readonly variables: () => Record<string, unknown> };

const MAX_DEPTH = 5;

/** Chooses each name that is a client's own: `a1`, `v0`, `if1`, `F0`, `Random`. */
export type Naming = (ordinary: string) => string;

/** The names of Object.prototype's members: a plain object seems to have each of them. */
export const INHERITED_NAMES: readonly string[] = Object.getOwnPropertyNames(Object.prototype);

/** Replaces ordinary names by inherited ones, beginning with the one at `shift`, as long as there are any left. */
export function inheritedNaming(shift: number): Naming {
  return (ordinary) => {
    const [, kind = '', number = '0'] = /^([A-Za-z]+?)(\d*)$/.exec(ordinary) ?? [];
    // Variables of both kinds share one space of names.
    const index = Number(number) + (kind === 'if' ? 0 : kind === 'v' ? 2 : 0);
    if (index >= INHERITED_NAMES.length) return ordinary;
    return INHERITED_NAMES[(index + shift) % INHERITED_NAMES.length] ?? ordinary;
  };
}

export function randomDocument(
  schema: GraphQLSchema,
  tape: Uint8Array,
  root: 'query' | 'mutation' = 'query',
  naming: Naming = (ordinary) => ordinary,
): RandomDocument {
  let position = 0;
  const draw = (below: number) => (tape[position++ % tape.length] ?? 0) % below;
  const declared = new Map<string, GraphQLInputType>();
  /** How those are declared that are not declared by their type alone. */
  const declarations = new Map<string, string>();
  const fragments: string[] = [];
  let names = 0;

  function selections(type: GraphQLCompositeType, depth: number): string {
    return `{ ${Array.from({ length: 1 + draw(4) }, () => selection(type, depth)).join(' ')} }`;
  }

  function selection(type: GraphQLCompositeType, depth: number): string {
    const kind = draw(8);
    if (kind === 0) return `__typename${condition()}`;
    if (kind === 1 && depth > 0)
      return `...${draw(2) === 0 ? '' : ` on ${narrowed(type)}`}${condition()} ${selections(type, depth - 1)}`;
    if (kind === 2 && depth > 0) return spread(type, depth - 1);
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
    const fit = fields.filter((field) => depth > 0 || isLeafType(getNamedType(field.type)));
    const field = fit[draw(fit.length || 1)];
    return field === undefined ? '__typename' : selectionOf(field, depth);
  }

  function narrowed(type: GraphQLCompositeType): string {
    // The selections inside are of the wider type, which any narrower one has as well.
    if (!isAbstractType(type)) return type.name;
    const possible = schema.getPossibleTypes(type);
    return draw(2) === 0 ? type.name : (possible[draw(possible.length)]?.name ?? type.name);
  }

  function spread(type: GraphQLCompositeType, depth: number): string {
    const name = `F${fragments.length}`;
    fragments.push('');
    const called = naming(name);
    fragments[Number(name.slice(1))] = `fragment ${called} on ${narrowed(type)} ${selections(type, depth)}`;
    return `...${called}${condition()} ${draw(3) === 0 ? `...${called}` : ''}`;
  }

  function selectionOf(field: GraphQLField<unknown, unknown>, depth: number): string {
    const args = field.args.flatMap((argument) =>
      isRequired(argument) || draw(2) === 0 ? [`${argument.name}: ${written(argument.type)}`] : [],
    );
    // Two selections under one name must agree, so that only those without arguments may meet.
    const alias = args.length > 0 || field.args.length > 0 || draw(4) === 0 ? `${naming(`a${(names += 1)}`)}: ` : '';
    const type = getNamedType(field.type);
    return `${alias}${field.name}${args.length === 0 ? '' : `(${args.join(', ')})`}${condition()}${isCompositeType(type) ? ` ${selections(type, depth - 1)}` : ''}`;
  }

  function isRequired(argument: GraphQLArgument): boolean {
    return isNonNullType(argument.type) && argument.defaultValue === undefined;
  }

  function condition(): string {
    const kind = draw(12);
    if (kind > 3) return '';
    if (kind === 0) return ` @skip(if: ${draw(2) === 0})`;
    if (kind === 1) return ` @skip(if: ${conditional()}) @include(if: ${draw(4) === 0 ? 'true' : conditional()})`;
    return ` @${kind === 2 ? 'skip' : 'include'}(if: ${conditional()})`;
  }

  /** A variable that may stand where `Boolean!` is wanted: of that type, or one that may be null and has a default. */
  function conditional(): string {
    const name = `if${draw(2)}`;
    const type = schema.getType('Boolean');
    if (isLeafType(type)) declared.set(name, type);
    if (!declarations.has(name))
      declarations.set(
        name,
        ['Boolean!', 'Boolean = true', 'Boolean = false', 'Boolean! = true'][draw(4)] ?? 'Boolean!',
      );
    return `$${naming(name)}`;
  }

  function written(type: GraphQLInputType): string {
    if (draw(3) === 0) {
      const name = `v${declared.size}`;
      declared.set(name, type);
      // Such a variable may be null where null may not stand.
      const plain = isNonNullType(type) ? type.ofType : null;
      if (isLeafType(plain) && !isEnumType(plain) && draw(2) === 0)
        declarations.set(name, `${plain.name} = ${JSON.stringify(value(plain))}`);
      return `$${naming(name)}`;
    }
    return literal(type);
  }

  function literal(type: GraphQLInputType): string {
    if (isNonNullType(type)) return literal(type.ofType);
    if (draw(8) === 0) return 'null';
    if (isListType(type))
      return draw(4) === 0
        ? literalItem(type.ofType)
        : `[${Array.from({ length: draw(3) }, () => literalItem(type.ofType)).join(', ')}]`;
    if (isInputObjectType(type))
      return `{ ${members(type)
        .map(([name, member]) => `${name}: ${written(member)}`)
        .join(', ')} }`;
    return isEnumType(type) ? String(value(type)) : JSON.stringify(value(type));
  }

  function literalItem(type: GraphQLInputType): string {
    return isNonNullType(type) ? literal(type.ofType).replace(/^null$/, '[]') : literal(type);
  }

  function members(type: GraphQLInputType): [string, GraphQLInputType][] {
    const fields = isInputObjectType(type) ? Object.values(type.getFields()) : [];
    return fields.flatMap((field): [string, GraphQLInputType][] =>
      (isNonNullType(field.type) && field.defaultValue === undefined) || draw(2) === 0
        ? [[field.name, field.type]]
        : [],
    );
  }

  /** As JSON, now and then of the wrong type. */
  function value(type: GraphQLInputType): unknown {
    if (isNonNullType(type)) return draw(20) === 0 ? null : value(type.ofType);
    if (isListType(type)) return Array.from({ length: draw(3) }, () => value(type.ofType));
    if (isInputObjectType(type))
      return Object.fromEntries(members(type).map(([name, member]) => [name, value(member)]));
    if (isEnumType(type)) return type.getValues()[draw(type.getValues().length)]?.name;
    if (type.name === 'Int') return draw(200);
    if (type.name === 'Float') return draw(200) / 8;
    if (type.name === 'Boolean') return draw(2) === 0;
    return `text ${draw(5)}`;
  }

  function given(name: string, type: GraphQLInputType): [string, unknown][] {
    const called = naming(name);
    if (name.startsWith('if')) {
      const condition = [true, false, true, false, null, undefined][draw(6)];
      return condition === undefined ? [] : [[called, condition]];
    }
    if (declarations.has(name) && draw(3) === 0) return [[called, null]];
    const kind = draw(12);
    if (kind === 0 || kind === 3) return [];
    if (kind === 1) return [[called, null]];
    return [[called, kind === 2 ? { wrong: true } : value(type)]];
  }

  function defaultOf(name: string, type: GraphQLInputType): string {
    if (declarations.has(name)) return '';
    const isPlain = isLeafType(type) && (type.name === 'Int' || type.name === 'String' || type.name === 'ID');
    return isPlain && draw(2) === 0 ? ` = ${JSON.stringify(value(type))}` : '';
  }

  const type = root === 'query' ? schema.getQueryType() : schema.getMutationType();
  if (type === null || type === undefined) throw new Error(`no ${root}`);
  const body = selections(type, MAX_DEPTH);
  const variables = [...declared].map(([name, of]) => {
    return `$${naming(name)}: ${declarations.get(name) ?? String(of)}${defaultOf(name, of)}`;
  });
  const head = `${root} ${naming('Random')}${variables.length === 0 ? '' : `(${variables.join(', ')})`}`;
  const text = `${head} ${body} ${fragments.join(' ')}`;
  return { text, variables: () => Object.fromEntries([...declared].flatMap(([name, of]) => given(name, of))) };
}
