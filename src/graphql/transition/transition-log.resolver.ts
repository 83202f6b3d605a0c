/** Reads the transitions of all tasks, page by page. */
import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { isCursorProblem } from '../../transitions/cursor.js';
import { assertReads } from '../authorization.js';
import type { GraphqlContext } from '../context.js';
import { cursorRefused } from '../errors.js';
import { FIRST_OF_LOG, pageRequest } from '../paging.js';
import { TaskFilterInput, filterOf } from '../task/task-filter.input.js';
import { viewOf } from '../task/task-kinds.type.js';
import { TaskTransitionConnection } from './transition.type.js';

@Resolver()
export class TransitionLogResolver {
  @Query(() => TaskTransitionConnection, {
    description:
      'Transitions of all tasks that the caller may see, the oldest first, after a cursor. They are for a client ' +
      'that catches up after a pause. `taskFeed` delivers the same transitions after the same cursor. A page can have ' +
      'fewer items than `first`, or none, while `hasNextPage` is true. `pageInfo.endCursor` is never null; store it, and ' +
      'pass it to `transitions` or `taskFeed` later. A cursor whose next transitions are no longer kept is refused ' +
      'with the code `CURSOR_EXPIRED`. Makes no call to AWS.',
  })
  async transitions(
    @Ctx() { viewer, tasks }: GraphqlContext,
    @Arg('first', () => Int, FIRST_OF_LOG) first: number | null,
    @Arg('after', () => String, {
      nullable: true,
      description:
        'Cursor of a transition, a `logCursor`, or `pageInfo.endCursor` of the preceding page. Omit it to begin with ' +
        'the oldest transition after which all are kept.',
    })
    after?: string | null,
    @Arg('filter', () => TaskFilterInput, {
      nullable: true,
      description: 'Filter of the tasks, applied to their state at the transition. Omit it for all transitions.',
    })
    filter?: TaskFilterInput | null,
  ): Promise<TaskTransitionConnection> {
    assertReads(viewer);
    const page = await tasks.catchUp(viewer, filterOf(filter), pageRequest(first, after, FIRST_OF_LOG.defaultValue));
    if (isCursorProblem(page)) throw cursorRefused(page);
    return new TaskTransitionConnection(page, ({ task }) => async () => {
      // The page may be older than the pruning of its tasks. Such a task has no present state.
      return viewOf((await tasks.find(viewer, task.id)) ?? task);
    });
  }
}
