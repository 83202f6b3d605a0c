/** A page of tasks. The total is counted, and cursors are made, only when a query selects them. */
import { Field, Int, ObjectType } from 'type-graphql';
import type { Task } from '../../tasks/task.js';
import type { Page } from '../../tasks/tasks.js';
import { PageInfo } from '../values/page-info.type.js';
import { viewOf } from './task-kinds.type.js';
import { TaskView } from './task.type.js';

type Place = Page<Task>['items'][number];

@ObjectType('TaskEdge', { description: 'A task and its place in the connection.', simpleResolvers: true })
export class TaskEdge {
  readonly #place: Place;

  @Field(() => String, {
    description: "This place in the list, opaque. It is no cursor for subscriptions: those take a transition's.",
  })
  get cursor(): string {
    return this.#place.cursor;
  }

  @Field(() => TaskView, { description: 'The task as it stands.' })
  readonly node: TaskView;

  constructor(place: Place, node: TaskView) {
    this.#place = place;
    this.node = node;
  }
}

@ObjectType('TaskConnection', {
  description: 'A page of tasks, the most recently started first.',
  simpleResolvers: true,
})
export class TaskConnection {
  readonly #items: readonly Place[];
  readonly #count: () => Promise<number>;

  @Field(() => [TaskEdge], { description: 'The tasks with their cursors.' })
  get edges(): readonly TaskEdge[] {
    return this.#items.map((place) => new TaskEdge(place, viewOf(place.item)));
  }

  @Field(() => [TaskView], { description: 'The tasks without their edges, for clients that need no cursor of each.' })
  get nodes(): readonly TaskView[] {
    return this.#items.map(({ item }) => viewOf(item));
  }

  @Field(() => PageInfo, { description: 'Where this page lies.' })
  readonly pageInfo: PageInfo;

  constructor(page: Page<Task>, count: () => Promise<number>) {
    this.#items = page.items;
    this.pageInfo = new PageInfo(page);
    this.#count = count;
  }

  @Field(() => Int, {
    nullable: true,
    description:
      'How many tasks the filter matches over all pages, at the time of asking. It is counted only when selected; null if it could not be ' +
      'counted.',
  })
  totalCount(): Promise<number> {
    return this.#count();
  }
}
