/** Reads the rights of the caller. */
import { Ctx, Query, Resolver } from 'type-graphql';
import type { GraphqlContext } from '../context.js';
import { ViewerView } from './viewer.type.js';

@Resolver()
export class ViewerResolver {
  @Query(() => ViewerView, {
    description:
      'Rights of the caller. An access token needs one of the scopes `tasks:read`, `tasks:read:own` and ' +
      '`records:read` for it. Makes no call to AWS.',
  })
  viewer(@Ctx() { viewer }: GraphqlContext): ViewerView {
    const { subject, reads, starts, records, edits, catalogs } = viewer;
    return {
      subject,
      taskAccess: reads,
      canStartTasks: starts,
      canReadRecords: records,
      canEditRecords: edits,
      catalogs,
    };
  }
}
