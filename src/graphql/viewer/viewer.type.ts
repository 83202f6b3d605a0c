/** The rights of the caller, for clients that offer only what they allow. */
import { Field, ObjectType } from 'type-graphql';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import { registerNamedEnum } from '../register-enum.js';
import { CatalogEnum } from '../values/catalog.enum.js';

export type TaskAccess = 'all' | 'own' | 'none';

const TaskAccessEnum = registerNamedEnum('TaskAccess', 'The tasks that a caller may see.', [
  { name: 'ALL', value: 'all', description: 'All tasks of the allowed catalogs.' },
  { name: 'OWN', value: 'own', description: 'The tasks that the caller started.' },
  { name: 'NONE', value: 'none', description: 'No tasks.' },
]);

@ObjectType('Viewer', {
  description:
    'The rights of the caller: those of its access token, or every right if the gateway does not authenticate its ' +
    'callers. Offer in a user interface only what they allow.',
  simpleResolvers: true,
})
export class ViewerView {
  @Field(() => String, {
    nullable: true,
    description:
      'Subject of the access token, as in `Task.startedBy`. Null if the gateway does not authenticate its callers.',
  })
  readonly subject: string | null;

  @Field(() => TaskAccessEnum, { description: 'The tasks that the caller may see.' })
  readonly taskAccess: TaskAccess;

  @Field(() => Boolean, { description: 'True if the caller may start tasks, and retry the tasks that it sees.' })
  readonly canStartTasks: boolean;

  @Field(() => Boolean, {
    description: 'True if the caller may read opportunities, engagements, invitations, snapshot jobs and solutions.',
  })
  readonly canReadRecords: boolean;

  @Field(() => Boolean, { description: 'True if the caller may edit records.' })
  readonly canEditRecords: boolean;

  @Field(() => [CatalogEnum], {
    description: 'Catalogs that the caller may use: those of the gateway, narrowed by the access token.',
  })
  readonly catalogs: readonly Catalog[];
}
