import { Field, ObjectType } from 'type-graphql';

type Page = {
  readonly items: readonly { readonly cursor: string }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
};

@ObjectType('PageInfo', {
  description: 'Where a page of a connection lies, after the Relay specification.',
  simpleResolvers: true,
})
export class PageInfo {
  readonly #items: Page['items'];

  @Field(() => Boolean, { description: 'Whether more follows: ask again with `after: endCursor`.' })
  readonly hasNextPage: boolean;

  @Field(() => Boolean, {
    description: 'Whether something comes before this page. Connections can only be paged forward.',
  })
  readonly hasPreviousPage: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first edge; null when the page is empty.' })
  get startCursor(): string | null {
    return this.#items[0]?.cursor ?? null;
  }

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last edge; null when the page is empty. Pass it as `after` to get the next page.',
  })
  get endCursor(): string | null {
    return this.#items.at(-1)?.cursor ?? null;
  }

  constructor(page: Page) {
    this.hasNextPage = page.hasNextPage;
    this.hasPreviousPage = page.hasPreviousPage;
    this.#items = page.items;
  }
}
