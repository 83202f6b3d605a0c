/** Connections of what AWS keeps. There is no total: AWS does not count. */
import { Field, ObjectType } from 'type-graphql';
import type { Found, RecordPage, RecordProblem } from '../../records/records.js';
import { recordProblem } from '../errors.js';
import { PageInfo } from '../values/page-info.type.js';
import { nodeOf, type Node } from './record-result.js';

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

    @Field(() => [type], {
      nullable: 'items',
      description: `The records without their edges, for clients that need no cursor of each. ${NODE}`,
    })
    readonly nodes: readonly (object | null)[];

    @Field(() => PageInfo, { description: 'Where this page lies.' })
    readonly pageInfo: PageInfo;
  }
  return Connection;
}

/** The page with its records as the list shows them, or, with `read`, each as it is read by itself. */
export async function connectionOf<T>(
  page: RecordPage<T> | RecordProblem,
  now: () => number,
  read: ((record: T) => Promise<Found<T>>) | null,
): Promise<RecordConnection<T>> {
  if (page.type !== 'page') throw recordProblem(page, now());
  const edgeOf = async ({ cursor, record }: { readonly cursor: string; readonly record: T }) => ({
    cursor,
    node: read === null ? record : nodeOf(await read(record), now()),
  });
  const edges = await Promise.all(page.items.map(edgeOf));
  return { edges, nodes: edges.map(({ node }) => node), pageInfo: new PageInfo(page) };
}
