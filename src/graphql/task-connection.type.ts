/** A page of tasks. The total is counted only when a query selects it. */
import { Field, Int, ObjectType } from 'type-graphql';
import type { Task } from '../tasks/task.js';
import type { Page } from '../tasks/tasks.js';
import { PageInfo } from './page-info.type.js';
import { TaskView, viewOf } from './task.type.js';

@ObjectType('TaskEdge', { description: 'A task and its place in the connection.', simpleResolvers: true })
export class TaskEdge {
  @Field(() => String, { description: "This place in the list, opaque. It is no cursor for subscriptions: those take a transition's." })
  readonly cursor: string;

  @Field(() => TaskView, { description: 'The task as it stands.' })
  readonly node: TaskView;

  constructor(cursor: string, task: Task) {
    this.cursor = cursor;
    this.node = viewOf(task);
  }
}

@ObjectType('TaskConnection', { description: 'A page of tasks, the most recently started first.', simpleResolvers: true })
export class TaskConnection {
  readonly #count: () => Promise<number>;

  @Field(() => [TaskEdge], { description: 'The tasks with their cursors.' })
  readonly edges: readonly TaskEdge[];

  @Field(() => [TaskView], { description: 'The tasks without their edges, for clients that need no cursor of each.' })
  readonly nodes: readonly TaskView[];

  @Field(() => PageInfo, { description: 'Where this page lies.' })
  readonly pageInfo: PageInfo;

  constructor(page: Page<Task>, count: () => Promise<number>) {
    this.edges = page.items.map(({ cursor, item }) => new TaskEdge(cursor, item));
    this.nodes = this.edges.map((edge) => edge.node);
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
