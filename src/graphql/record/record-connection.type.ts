/** Connections of AWS's records. They have no total, because AWS does not count. */
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

const IS_NULL = 'null if the record no longer exists, or (with an entry in `errors`) if reading it failed.';

/**
 * @param type of the nodes
 * @param name of that type in the schema
 * @returns the type of the connection
 */
export function recordConnection(type: abstract new () => object, name: string): abstract new () => object {
  @ObjectType(`${name}Edge`, { description: 'A record with its cursor.', simpleResolvers: true })
  abstract class Edge {
    @Field(() => String, { description: 'Opaque place in the list. Subscriptions do not accept it.' })
    readonly cursor: string;

    @Field(() => type, { nullable: true, description: `The record; ${IS_NULL}` })
    readonly node: object | null;
  }

  @ObjectType(`${name}Connection`, {
    description: "A page of records in AWS's order. It has no total, because AWS does not count.",
    simpleResolvers: true,
  })
  abstract class Connection {
    @Field(() => [Edge], { description: 'The records of the page with their cursors.' })
    readonly edges: readonly Edge[];

    @Field(() => [type], {
      nullable: 'items',
      description: `The records of the page without cursors. An item is ${IS_NULL}`,
    })
    readonly nodes: readonly (object | null)[];

    @Field(() => PageInfo, { description: 'Cursors of the page, for reading the next one.' })
    readonly pageInfo: PageInfo;
  }
  return Connection;
}

/** The connection of a page. With `read`, each record is read on its own; otherwise the page's summaries are used. */
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
