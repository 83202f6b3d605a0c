/** Connections of what AWS keeps. There is no total: AWS does not count. */
import { Field, ObjectType } from 'type-graphql';
import type { Page } from '../tasks/tasks.js';
import { PageInfo } from './page-info.type.js';
import type { Node } from './record-outcome.js';

export type RecordConnection<T> = {
  readonly edges: readonly { readonly cursor: string; readonly node: Node<T> }[];
  readonly nodes: readonly Node<T>[];
  readonly pageInfo: PageInfo;
};

const NODE = 'Null when it is gone by now, and, with an error beside it, when it could not be read by itself.';

/** @param type of the nodes. @param name of that type. @returns the type of the connection. */
export function recordConnection(type: abstract new () => object, name: string): abstract new () => object {
  @ObjectType(`${name}Edge`, { description: 'A record and its place in the connection.', simpleResolvers: true })
  abstract class Edge {
    @Field(() => String, { description: 'This place in the list, opaque. It is no cursor for subscriptions.' })
    readonly cursor: string;

    @Field(() => type, { nullable: true, description: `The record. ${NODE}` })
    readonly node: object | null;
  }

  @ObjectType(`${name}Connection`, {
    description: 'A page of records in the order that AWS gives. AWS does not count, so there is no total.',
    simpleResolvers: true,
  })
  abstract class Connection {
    @Field(() => [Edge], { description: 'The records with their cursors.' })
    readonly edges: readonly Edge[];

    @Field(() => [type], { nullable: 'items', description: `The records without their edges, for clients that need no cursor of each. ${NODE}` })
    readonly nodes: readonly (object | null)[];

    @Field(() => PageInfo, { description: 'Where this page lies.' })
    readonly pageInfo: PageInfo;
  }
  return Connection;
}

export function connectionOf<T>(page: Page<Node<T>>): RecordConnection<T> {
  const edges = page.items.map(({ cursor, item }) => ({ cursor, node: item }));
  return { edges, nodes: edges.map(({ node }) => node), pageInfo: new PageInfo(page) };
}
