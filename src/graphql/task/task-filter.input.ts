/** The filter of tasks and of feeds. A member that the filter of `Tasks` lacks does not compile. */
import { Field, ID, InputType } from 'type-graphql';
import type { Catalog, TaskKind } from '../../partner-central/model/task-kind.js';
import type { TaskStatus } from '../../tasks/task.js';
import type { TaskFilter } from '../../tasks/store/filter.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import { DateTime } from '../values/date-time.scalar.js';
import { badUserInput } from '../errors.js';
import type { EveryMember } from '../record/every-member.js';
import { TaskKindEnum, TaskStatusEnum } from './enums.js';

/**
 * The limit of each list, equal to the starts of a batch. A feed compares every event with the values, and a statement
 * of SQLite takes at most 32,766 of them.
 */
const MAX_VALUES = 200;

@InputType('TaskFilter', {
  description:
    'Selects tasks that match every given field. A field that is absent or null matches all tasks; an empty list ' +
    `matches none. A list of more than ${MAX_VALUES} values is refused with the code \`BAD_USER_INPUT\`.`,
})
export class TaskFilterInput {
  @Field(() => [TaskKindEnum], { nullable: true, description: 'Kinds of the tasks.' })
  readonly kinds?: readonly TaskKind[] | null;

  @Field(() => [CatalogEnum], { nullable: true, description: 'Catalogs of the tasks.' })
  readonly catalogs?: readonly Catalog[] | null;

  @Field(() => [TaskStatusEnum], {
    nullable: true,
    description: 'Statuses of the tasks. In a stream, statuses that the transitions lead to.',
  })
  readonly statuses?: readonly TaskStatus[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Identifiers of the opportunities, engagements or invitations that the starts named, in the spelling of the ' +
      `start (at most ${MAX_VALUES}).`,
  })
  readonly identifiers?: readonly string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: `Batches that the tasks were started in (at most ${MAX_VALUES}).`,
  })
  readonly batchIds?: readonly string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: `The gateway's ids of the tasks, from \`Task.id\` (at most ${MAX_VALUES}).`,
  })
  readonly ids?: readonly string[] | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'Time after which the tasks were last changed. In a stream, time after which the transition was observed. ' +
      'To miss nothing, follow `logCursor` instead: clocks can differ and jump.',
  })
  readonly updatedAfter?: Date | null;

  @Field(() => String, { nullable: true, description: 'Subject of the access token that started the tasks.' })
  readonly startedBy?: string | null;
}

/** Converts the input to the filter of `Tasks`, which does not know null. */
export function filterOf(input: TaskFilterInput | null | undefined): EveryMember<TaskFilter, TaskFilterInput> {
  return {
    kinds: listOf('kinds', input?.kinds),
    catalogs: listOf('catalogs', input?.catalogs),
    statuses: listOf('statuses', input?.statuses),
    identifiers: listOf('identifiers', input?.identifiers),
    batchIds: listOf('batchIds', input?.batchIds),
    ids: listOf('ids', input?.ids),
    updatedAfter: input?.updatedAfter?.getTime(),
    startedBy: input?.startedBy ?? undefined,
  };
}

function listOf<T>(name: keyof TaskFilterInput, values: readonly T[] | null | undefined): readonly T[] | undefined {
  if (values === null || values === undefined) return undefined;
  if (values.length > MAX_VALUES)
    throw badUserInput(`${name} has too many values (limit ${MAX_VALUES}, got ${values.length}).`);
  return values;
}
