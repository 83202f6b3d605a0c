import { Field, ID, InputType } from 'type-graphql';
import type { Catalog, TaskKind } from '../partner-central/task-kind.js';
import type { TaskStatus } from '../tasks/task.js';
import type { TaskFilter } from '../tasks/tasks.js';
import { CatalogEnum } from './catalog.enum.js';
import { TaskKindEnum } from './task-kind.enum.js';
import { TaskStatusEnum } from './task-status.enum.js';

@InputType('TaskFilter', {
  description:
    'Which tasks are meant: those that match every field that is given. A field that is absent or null matches all; an empty list matches ' + 'none.',
})
export class TaskFilterInput {
  @Field(() => [TaskKindEnum], { nullable: true, description: 'Tasks of one of these kinds.' })
  readonly kinds?: readonly TaskKind[] | null;

  @Field(() => [CatalogEnum], { nullable: true, description: 'Tasks in one of these catalogs.' })
  readonly catalogs?: readonly Catalog[] | null;

  @Field(() => [TaskStatusEnum], {
    nullable: true,
    description: 'Tasks with one of these statuses; of a stream, transitions to one of them.',
  })
  readonly statuses?: readonly TaskStatus[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Tasks whose start named one of these opportunities, engagements or invitations, exactly as the start named it.',
  })
  readonly identifiers?: readonly string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Tasks that were started in one of these batches.' })
  readonly batchIds?: readonly string[] | null;

  @Field(() => String, { nullable: true, description: 'Tasks started by this subject of an access token.' })
  readonly startedBy?: string | null;
}

/** In the words of `Tasks`, to which null is unknown. */
export function filterOf(input: TaskFilterInput | null | undefined): TaskFilter {
  return {
    kinds: input?.kinds ?? undefined,
    catalogs: input?.catalogs ?? undefined,
    statuses: input?.statuses ?? undefined,
    identifiers: input?.identifiers ?? undefined,
    batchIds: input?.batchIds ?? undefined,
    startedBy: input?.startedBy ?? undefined,
  };
}
