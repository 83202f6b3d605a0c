/**
 * The manifest of the published operations, in the format of Apollo's clients and servers
 * (`apollo-persisted-query-manifest`, version 1). It is byte for byte what `@apollo/generate-persisted-query-manifest`
 * makes of schema/operations, so that the ids are the hashes that Apollo Client computes.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Kind,
  parse,
  print,
  visit,
  type DefinitionNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
} from 'graphql';

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/** @param directory of the .graphql documents. Each holds one operation or one fragment. */
export function printOperationsManifest(directory: string): string {
  const definitions = readdirSync(directory)
    .filter((file) => file.endsWith('.graphql'))
    .flatMap((file) => parse(readFileSync(join(directory, file), 'utf8')).definitions);
  const fragments = new Map(definitions.filter(isFragment).map((fragment) => [fragment.name.value, fragment]));
  const operations = definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map((operation) => ({ name: nameOf(operation), operation }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, operation }) => {
      const used = [...usedBy(operation, fragments)].sort((a, b) => (a.name.value < b.name.value ? -1 : 1));
      const body = print(withTypenames([operation, ...used]));
      return { id: createHash('sha256').update(body).digest('hex'), name, type: operation.operation, body };
    });
  return JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }, null, 2);
}

function isFragment(definition: DefinitionNode): definition is FragmentDefinitionNode {
  return definition.kind === Kind.FRAGMENT_DEFINITION;
}

function nameOf({ name, operation }: OperationDefinitionNode): string {
  if (name === undefined) throw new Error(`A ${operation} has no name. Each published operation needs one.`);
  return name.value;
}

/** The fragments that a definition spreads, directly or through other fragments. */
function usedBy(
  definition: DefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  found = new Set<FragmentDefinitionNode>(),
): Set<FragmentDefinitionNode> {
  visit(definition, {
    FragmentSpread({ name }) {
      const fragment = fragments.get(name.value);
      if (fragment === undefined) throw new Error(`The published operations have no fragment ${name.value}.`);
      if (found.has(fragment)) return;
      found.add(fragment);
      usedBy(fragment, fragments, found);
    },
  });
  return found;
}

/** Selects `__typename` wherever Apollo Client's cache does: last, in each selection set below the operation's own. */
function withTypenames(definitions: readonly DefinitionNode[]) {
  return visit(
    { kind: Kind.DOCUMENT, definitions },
    {
      SelectionSet: {
        enter(node, _key, parent) {
          const isRoot = parent !== undefined && 'kind' in parent && parent.kind === Kind.OPERATION_DEFINITION;
          const isSelected = node.selections.some(
            (selection) => selection.kind === Kind.FIELD && selection.name.value === TYPENAME.name.value,
          );
          return isRoot || isSelected ? undefined : { ...node, selections: [...node.selections, TYPENAME] };
        },
      },
    },
  );
}
