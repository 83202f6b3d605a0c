/**
 * Streams of transitions. `subscribe` refuses a bad subscription before its first event, because type-graphql checks
 * the arguments only when it resolves an event. It returns the iterator of `Tasks` unchanged. The `return()` of that
 * iterator settles at once, and its events carry the `cursor` that transports send as the event id.
 */
import { Arg, ID, Resolver, Root, Subscription } from 'type-graphql';
import { truncateForMessage } from '../../partner-central/identifiers.js';
import type { Stream, StreamFrom, Transition } from '../../tasks/tasks.js';
import { isCursorProblem } from '../../transitions/cursor.js';
import { assertReads } from '../authorization.js';
import type { GraphqlContext } from '../context.js';
import { cursorRefused, notFound } from '../errors.js';
import { StreamStartEnum, type StreamStart } from './stream-start.enum.js';
import { viewOf } from '../task/task-kinds.type.js';
import { TaskFilterInput, filterOf } from '../task/task-filter.input.js';
import { TaskTransition } from './transition.type.js';

type FollowRequest = {
  readonly context: GraphqlContext;
  readonly args: { id: string; after?: string | null; from?: StreamStart | null };
};
type FeedRequest = {
  readonly context: GraphqlContext;
  readonly args: { filter?: TaskFilterInput | null; after?: string | null };
};

const AFTER =
  'Cursor of the last transition that the client received; the stream resumes after it. ' +
  'A cursor of the transport (`Last-Event-ID`, `extensions.resume.after`) takes precedence.';

@Resolver()
export class TransitionResolver {
  @Subscription(() => TaskTransition, {
    subscribe: followTask,
    description:
      'Transitions of a task, each once and in order. The stream begins with the latest transition, with the first ' +
      'one or after a cursor, and completes after the terminal transition. An unknown task is refused with the ' +
      'code `NOT_FOUND`, and an invalid cursor with `INVALID_CURSOR`. A cursor whose successors are no longer kept is ' +
      'refused with `CURSOR_EXPIRED`. Subscribers cause no calls to AWS.',
  })
  taskTransitions(
    @Root() transition: Transition,
    @Arg('id', () => ID, { description: "The gateway's id of the task, from `Task.id`; not AWS's `taskId`." })
    _id: string,
    @Arg('after', () => String, {
      nullable: true,
      description: `${AFTER} This argument takes precedence over \`from\`.`,
    })
    _after?: string | null,
    @Arg('from', () => StreamStartEnum, {
      nullable: true,
      defaultValue: 'CURRENT' satisfies StreamStart,
      description: 'First transition of the stream if there is no cursor.',
    })
    _from?: StreamStart | null,
  ): TaskTransition {
    return transitionView(transition);
  }

  @Subscription(() => TaskTransition, {
    subscribe: feed,
    description:
      'Transitions of all tasks that the caller may see, each once and in order, from now on or after a cursor. ' +
      'A feed never completes. An invalid cursor is refused with the code `INVALID_CURSOR`, and a cursor whose ' +
      'successors are no longer kept with `CURSOR_EXPIRED`. Subscribers cause no calls to AWS.',
  })
  taskFeed(
    @Root() transition: Transition,
    @Arg('filter', () => TaskFilterInput, {
      nullable: true,
      description: 'Filter of the tasks, applied to their state at the transition. Omit it for all transitions.',
    })
    _filter?: TaskFilterInput | null,
    @Arg('after', () => String, { nullable: true, description: AFTER }) _after?: string | null,
  ): TaskTransition {
    return transitionView(transition);
  }
}

/** The result of the fields of both streams. A stream reads nothing: it delivers the task of each transition. */
export function transitionView(transition: Transition): TaskTransition {
  return new TaskTransition(transition, viewOf(transition.task));
}

async function followTask({ context, args }: FollowRequest): Promise<Stream> {
  const { viewer, tasks } = context;
  assertReads(viewer);
  const stream = await tasks.follow(
    viewer,
    args.id,
    beginningOf(context.resumeAfter ?? args.after ?? null, args.from ?? 'CURRENT'),
  );
  if (isCursorProblem(stream)) throw cursorRefused(stream);
  if ('type' in stream)
    throw notFound(`There is no task ${truncateForMessage(args.id)}, or this caller may not see it.`);
  return stream;
}

async function feed({ context, args }: FeedRequest): Promise<Stream> {
  const { viewer, tasks } = context;
  assertReads(viewer);
  const stream = await tasks.feed(viewer, filterOf(args.filter), context.resumeAfter ?? args.after ?? null);
  if (isCursorProblem(stream)) throw cursorRefused(stream);
  return stream;
}

function beginningOf(after: string | null, from: StreamStart): StreamFrom {
  if (after !== null) return { type: 'after', cursor: after };
  switch (from) {
    case 'CURRENT':
      return { type: 'current' };
    case 'BEGINNING':
      return { type: 'beginning' };
    default:
      return from satisfies never;
  }
}
