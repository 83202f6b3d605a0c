import { Field, ID, InputType } from 'type-graphql';
import type { Catalog, TaskKind } from '../../partner-central/model/task-kind.js';
import type { TaskStatus } from '../../tasks/task.js';
import type { TaskFilter } from '../../tasks/tasks.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import { badUserInput } from '../errors.js';
import type { EveryMember } from '../record/every-member.js';
import { TaskKindEnum, TaskStatusEnum } from './enums.js';

/** Of one list: as many as a batch has starts. A reader of a feed goes through them at every event, and a statement of SQLite takes 32,766. */
const MAX_VALUES = 200;

@InputType('TaskFilter', {
  description:
    'Which tasks are meant: those that match every field that is given. A field that is absent or null matches all; an empty list matches ' +
    `none. A list of more than ${MAX_VALUES} values is an error with the code BAD_USER_INPUT.`,
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
    description: `Tasks whose start named one of these opportunities, engagements or invitations, exactly as the start named it; at most ${MAX_VALUES}.`,
  })
  readonly identifiers?: readonly string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: `Tasks that were started in one of these batches; at most ${MAX_VALUES}.`,
  })
  readonly batchIds?: readonly string[] | null;

  @Field(() => String, { nullable: true, description: 'Tasks started by this subject of an access token.' })
  readonly startedBy?: string | null;
}

/** In the words of `Tasks`, to which null is unknown. */
export function filterOf(input: TaskFilterInput | null | undefined): EveryMember<TaskFilter, TaskFilterInput> {
  return {
    kinds: listOf('kinds', input?.kinds),
    catalogs: listOf('catalogs', input?.catalogs),
    statuses: listOf('statuses', input?.statuses),
    identifiers: listOf('identifiers', input?.identifiers),
    batchIds: listOf('batchIds', input?.batchIds),
    startedBy: input?.startedBy ?? undefined,
  };
}

function listOf<T>(name: keyof TaskFilterInput, values: readonly T[] | null | undefined): readonly T[] | undefined {
  if (values === null || values === undefined) return undefined;
  if (values.length > MAX_VALUES)
    throw badUserInput(`${name} has ${values.length} values. Expected at most ${MAX_VALUES}.`);
  return values;
}
