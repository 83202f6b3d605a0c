/** The cursors of a page, after the Relay specification. */
import { Field, ObjectType } from 'type-graphql';

type Page = {
  readonly items: readonly { readonly cursor: string }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Given if the page ends behind its last item. */
  readonly endCursor?: string;
};

@ObjectType('PageInfo', {
  description: 'Cursors of a page of a connection, as the Relay specification defines them.',
  simpleResolvers: true,
})
export class PageInfo {
  readonly #items: Page['items'];
  readonly #endCursor: string | undefined;

  @Field(() => Boolean, { description: 'True if there is a next page. Read it with `after: endCursor`.' })
  readonly hasNextPage: boolean;

  @Field(() => Boolean, {
    description: 'True if there is a preceding page. Connections can be paged forward only.',
  })
  readonly hasPreviousPage: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first item. Null if the page is empty.' })
  get startCursor(): string | null {
    return this.#items[0]?.cursor ?? null;
  }

  @Field(() => String, {
    nullable: true,
    description:
      'Cursor of the last item, or of the last item that a filter left out after it. Pass it as `after` to read the ' +
      'next page. Null if the page is empty, except for `Query.transitions`.',
  })
  get endCursor(): string | null {
    return this.#endCursor ?? this.#items.at(-1)?.cursor ?? null;
  }

  constructor(page: Page) {
    this.hasNextPage = page.hasNextPage;
    this.hasPreviousPage = page.hasPreviousPage;
    this.#items = page.items;
    this.#endCursor = page.endCursor;
  }
}
