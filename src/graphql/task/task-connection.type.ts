/** A page of tasks. The total and the cursors are computed only if a query selects them. */
import { Field, Int, ObjectType } from 'type-graphql';
import type { Task } from '../../tasks/task.js';
import type { Page } from '../../tasks/tasks.js';
import { PageInfo } from '../values/page-info.type.js';
import { viewOf } from './task-kinds.type.js';
import { TaskView } from './task.type.js';

type Place = Page<Task>['items'][number];

@ObjectType('TaskEdge', { description: 'A task with its cursor.', simpleResolvers: true })
export class TaskEdge {
  readonly #place: Place;

  @Field(() => String, {
    description: 'Opaque place in the list. Subscriptions do not accept it; they need the cursor of a transition.',
  })
  get cursor(): string {
    return this.#place.cursor;
  }

  @Field(() => TaskView, { description: 'The task in its present state.' })
  readonly node: TaskView;

  constructor(place: Place, node: TaskView) {
    this.#place = place;
    this.node = node;
  }
}

@ObjectType('TaskConnection', {
  description: 'A page of tasks, the most recently started first. Makes no call to AWS.',
  simpleResolvers: true,
})
export class TaskConnection {
  readonly #items: readonly Place[];
  readonly #count: () => Promise<number>;

  @Field(() => [TaskEdge], { description: 'The tasks of the page with their cursors.' })
  get edges(): readonly TaskEdge[] {
    return this.#items.map((place) => new TaskEdge(place, viewOf(place.item)));
  }

  @Field(() => [TaskView], { description: 'The tasks of the page without cursors.' })
  get nodes(): readonly TaskView[] {
    return this.#items.map(({ item }) => viewOf(item));
  }

  @Field(() => PageInfo, { description: 'Cursors of the page, for reading the next one.' })
  readonly pageInfo: PageInfo;

  @Field(() => String, {
    description:
      "Position in the gateway's log that the page stands for. Pass it as `after` to `taskFeed` to follow the tasks " +
      'from here and miss nothing. Changes at the time of the query may also be in the page.',
  })
  readonly logCursor: string | null;

  /** @param logCursor null if the operation does not select it */
  constructor(page: Page<Task>, logCursor: string | null, count: () => Promise<number>) {
    this.#items = page.items;
    this.pageInfo = new PageInfo(page);
    this.logCursor = logCursor;
    this.#count = count;
  }

  @Field(() => Int, {
    nullable: true,
    description:
      'Number of tasks on all pages at the time of the query. It is counted only if it is selected; ' +
      'null if the count failed, with an entry in `errors`.',
  })
  totalCount(): Promise<number> {
    return this.#count();
  }
}
