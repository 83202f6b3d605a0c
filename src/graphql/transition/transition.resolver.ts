/**
 * Streams of transitions. Whatever is wrong with a subscription is said before its first event, because type-graphql looks at the arguments
 * only when an event is resolved. The iterator of `Tasks` is handed on as it is: its `return()` settles at once, and its events carry the
 * `cursor` that transports show as an event id.
 */
import { Arg, ID, Resolver, Root, Subscription } from 'type-graphql';
import { truncateForMessage } from '../../partner-central/identifiers.js';
import type { Stream, StreamFrom, Transition } from '../../tasks/tasks.js';
import { isCursorProblem } from '../../transitions/cursor.js';
import { assertReads } from '../authorization.js';
import type { GraphqlContext } from '../context.js';
import { cursorRefused, notFound } from '../errors.js';
import { StreamStartEnum, type StreamStart } from './stream-start.enum.js';
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
  'Go on after this cursor: `cursor` of the last transition that was received. A transport that says itself where it broke off ' +
  '(`Last-Event-ID`, ' +
  '`extensions.resume.after`) wins over this argument.';

@Resolver()
export class TransitionResolver {
  @Subscription(() => TaskTransition, {
    subscribe: followTask,
    description:
      'One task: from its current state (or its beginning, or after a cursor) each later transition once and in order, then the end of ' +
      'the stream after ' +
      'the terminal one. An unknown task is an error with the code NOT_FOUND, a bad cursor one with INVALID_CURSOR.',
  })
  taskTransitions(
    @Root() transition: Transition,
    @Arg('id', () => ID, { description: "`Task.id`: the gateway's own id, not AWS's `taskId`." }) _id: string,
    @Arg('after', () => String, { nullable: true, description: `${AFTER} When it is given, \`from\` says nothing.` })
    _after?: string | null,
    @Arg('from', () => StreamStartEnum, {
      nullable: true,
      defaultValue: 'CURRENT' satisfies StreamStart,
      description: 'Where to begin when there is no cursor.',
    })
    _from?: StreamStart | null,
  ): TaskTransition {
    return transitionView(transition);
  }

  @Subscription(() => TaskTransition, {
    subscribe: feed,
    description:
      'Every task that the caller may see: each transition once and in order, from now on or after a cursor. It does not end by itself. ' +
      'A bad cursor is an error with the code INVALID_CURSOR.',
  })
  taskFeed(
    @Root() transition: Transition,
    @Arg('filter', () => TaskFilterInput, {
      nullable: true,
      description: 'Which transitions: those whose task, as it stood at the transition, matches. Without it all.',
    })
    _filter?: TaskFilterInput | null,
    @Arg('after', () => String, { nullable: true, description: AFTER }) _after?: string | null,
  ): TaskTransition {
    return transitionView(transition);
  }
}

/** What the fields of both streams are resolved from. */
export function transitionView(transition: Transition): TaskTransition {
  return new TaskTransition(transition);
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
