/** How often the gateway reads one list of AWS, and so how late it learns that a task has ended. */
import { Field, Int, ObjectType } from 'type-graphql';
import type { Catalog, TaskKind } from '../../partner-central/model/task-kind.js';
import type { TaskListStatus } from '../context.js';
import { TaskKindEnum } from '../task/enums.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import { DateTime } from '../values/date-time.scalar.js';

@ObjectType('TaskList', {
  description:
    'A list of AWS that the gateway reads to follow tasks. One reading covers every task in progress of a kind and ' +
    'catalog.',
  simpleResolvers: true,
})
export class TaskList implements TaskListStatus {
  @Field(() => TaskKindEnum, { description: 'Kind of the tasks in the list.' })
  readonly kind: TaskKind;

  @Field(() => CatalogEnum, { description: 'Catalog of the tasks in the list.' })
  readonly catalog: Catalog;

  @Field(() => Int, {
    nullable: true,
    description:
      'Time from the last reading to the next, in milliseconds. News of a task arrives within about this time. Null ' +
      'while no task of the list is in progress, because the gateway then does not read it.',
  })
  readonly intervalMs: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Time at which the last reading began. Null before the first reading.',
  })
  readonly readAt: number | null;
}
