/** A transition, and the connection of the transitions of a task. */
import { Field, Int, ObjectType } from 'type-graphql';
import type { ReasonCode } from '../../partner-central/recovery.js';
import { isTerminal, knownReasonCode, type TaskStatus } from '../../tasks/task.js';
import type { Page, Transition } from '../../tasks/tasks.js';
import { DateTime } from '../values/date-time.scalar.js';
import { PageInfo } from '../values/page-info.type.js';
import { ReasonCodeEnum } from '../task/reason-code.enum.js';
import { TaskStatusEnum } from '../task/enums.js';
import { TaskView } from '../task/task.type.js';

/** The task of a transition, or its read, which happens only if the operation selects the task. */
type TransitionTask = TaskView | (() => Promise<TaskView>);

@ObjectType('TaskTransition', {
  description: 'A status change of a task. A stream contains each transition once and in order.',
  simpleResolvers: true,
})
export class TaskTransition {
  @Field(() => String, {
    description:
      "Opaque position in the gateway's log. Store the latest one, and pass it as `after` to resume on any " +
      'instance of the gateway.',
  })
  readonly cursor: string;

  @Field(() => Int, {
    description:
      'Number of the transition within its task: 1, 2, 3 … without gaps. A client that subscribes again without a ' +
      'cursor ignores numbers that it has seen.',
  })
  readonly sequence: number;

  @Field(() => TaskStatusEnum, {
    nullable: true,
    description: 'Status before the transition. Null for the first transition of a task.',
  })
  readonly previousStatus: TaskStatus | null;

  @Field(() => TaskStatusEnum, {
    description: 'Status after the transition. Treat an unknown value as `IN_PROGRESS` unless `isTerminal` is true.',
  })
  readonly status: TaskStatus;

  @Field(() => Boolean, { description: 'True if this is the last transition of the task.' })
  readonly isTerminal: boolean;

  @Field(() => DateTime, {
    description: 'Time at which the gateway observed the change. AWS does not report when it happened.',
  })
  readonly observedAt: number;

  @Field(() => String, {
    nullable: true,
    description: 'Message of the change, in English. Null if there was none.',
  })
  readonly message: string | null;

  @Field(() => ReasonCodeEnum, {
    nullable: true,
    description:
      "AWS's reason for a failure. Null if the task has not failed, and for a reason that this schema does not " +
      'know (then `task.failure.rawReasonCode` has it).',
  })
  readonly reasonCode: ReasonCode | null;

  @Field(() => TaskView, {
    description:
      'The task. In a query, in its present state, so that a cache keeps that state under the id of the task. The ' +
      'other fields of the transition say how it stood then. In a stream, in its state at this transition.',
  })
  readonly task: TransitionTask;

  constructor(transition: Transition, taskView: TransitionTask) {
    const { task } = transition;
    this.cursor = transition.cursor;
    this.sequence = transition.sequence;
    this.previousStatus = transition.previousStatus;
    this.status = task.status;
    this.isTerminal = isTerminal(task.status);
    this.observedAt = transition.observedAt;
    this.message = task.details.message;
    this.reasonCode = knownReasonCode(task.details.reasonCode);
    this.task = taskView;
  }
}

@ObjectType('TaskTransitionEdge', {
  description: 'A transition with its cursor.',
  simpleResolvers: true,
})
export class TaskTransitionEdge {
  @Field(() => String, {
    description: 'Cursor of the transition. Subscriptions accept it too, and resume after it.',
  })
  readonly cursor: string;

  @Field(() => TaskTransition, { description: 'The transition.' })
  readonly node: TaskTransition;

  constructor(cursor: string, node: TaskTransition) {
    this.cursor = cursor;
    this.node = node;
  }
}

@ObjectType('TaskTransitionConnection', {
  description: 'A page of transitions, the oldest first.',
  simpleResolvers: true,
})
export class TaskTransitionConnection {
  @Field(() => [TaskTransitionEdge], { description: 'The transitions of the page with their cursors.' })
  readonly edges: readonly TaskTransitionEdge[];

  @Field(() => [TaskTransition], {
    description: 'The transitions of the page without edges.',
  })
  readonly nodes: readonly TaskTransition[];

  @Field(() => PageInfo, { description: 'Cursors of the page, for reading the next one.' })
  readonly pageInfo: PageInfo;

  /** @param taskOf gives the present task of a transition */
  constructor(page: Page<Transition>, taskOf: (transition: Transition) => TransitionTask) {
    this.edges = page.items.map(
      ({ cursor, item }) => new TaskTransitionEdge(cursor, new TaskTransition(item, taskOf(item))),
    );
    this.nodes = this.edges.map((edge) => edge.node);
    this.pageInfo = new PageInfo(page);
  }
}
