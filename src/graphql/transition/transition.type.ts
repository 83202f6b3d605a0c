/** One change of a task's status, and the connection of all changes of one task. */
import { Field, Int, ObjectType } from 'type-graphql';
import type { ReasonCode } from '../../partner-central/recovery.js';
import { isTerminal, knownReasonCode, type TaskStatus } from '../../tasks/task.js';
import type { Page, Transition } from '../../tasks/tasks.js';
import { DateTime } from '../values/date-time.scalar.js';
import { PageInfo } from '../values/page-info.type.js';
import { ReasonCodeEnum } from '../task/reason-code.enum.js';
import { TaskStatusEnum } from '../task/enums.js';
import { viewOf } from '../task/task-kinds.type.js';
import { TaskView } from '../task/task.type.js';

@ObjectType('TaskTransition', {
  description: "One change of a task's status. Within one stream each comes once and in order.",
  simpleResolvers: true,
})
export class TaskTransition {
  @Field(() => String, {
    description:
      "This place in the gateway's log, opaque. Keep the latest and pass it as `after` to go on from here, on any instance of the gateway.",
  })
  readonly cursor: string;

  @Field(() => Int, {
    description:
      '1, 2, 3 … within the task, without gaps. A client that subscribes again without a cursor drops what is not above the last it has ' +
      'seen.',
  })
  readonly sequence: number;

  @Field(() => TaskStatusEnum, {
    nullable: true,
    description: 'The status before; null for the first transition of a task.',
  })
  readonly previousStatus: TaskStatus | null;

  @Field(() => TaskStatusEnum, {
    description: 'The status from then on. Treat an unknown value as `IN_PROGRESS` unless `isTerminal` is true.',
  })
  readonly status: TaskStatus;

  @Field(() => Boolean, { description: 'Whether no transition of the task can follow this one.' })
  readonly isTerminal: boolean;

  @Field(() => DateTime, { description: 'When the gateway learned of the change; AWS does not tell when it happened.' })
  readonly observedAt: number;

  @Field(() => String, {
    nullable: true,
    description: 'The message that came with the change, in English; null when there was none.',
  })
  readonly message: string | null;

  @Field(() => ReasonCodeEnum, {
    nullable: true,
    description:
      'Why the task failed; null unless it did, and for a reason that this schema does not know: see `task.failure.rawReasonCode`.',
  })
  readonly reasonCode: ReasonCode | null;

  @Field(() => TaskView, { description: 'The task as it stood at this transition; it may stand differently by now.' })
  readonly task: TaskView;

  constructor(transition: Transition) {
    const { task } = transition;
    this.cursor = transition.cursor;
    this.sequence = transition.sequence;
    this.previousStatus = transition.previousStatus;
    this.status = task.status;
    this.isTerminal = isTerminal(task.status);
    this.observedAt = transition.observedAt;
    this.message = task.details.message;
    this.reasonCode = knownReasonCode(task.details.reasonCode);
    this.task = viewOf(task);
  }
}

@ObjectType('TaskTransitionEdge', {
  description: 'A transition and its place in the connection.',
  simpleResolvers: true,
})
export class TaskTransitionEdge {
  @Field(() => String, {
    description: "The transition's own cursor. It can also be passed to a subscription, to go on from here.",
  })
  readonly cursor: string;

  @Field(() => TaskTransition, { description: 'The transition.' })
  readonly node: TaskTransition;

  constructor(cursor: string, transition: Transition) {
    this.cursor = cursor;
    this.node = new TaskTransition(transition);
  }
}

@ObjectType('TaskTransitionConnection', {
  description: "A page of one task's transitions, oldest first.",
  simpleResolvers: true,
})
export class TaskTransitionConnection {
  @Field(() => [TaskTransitionEdge], { description: 'The transitions with their cursors.' })
  readonly edges: readonly TaskTransitionEdge[];

  @Field(() => [TaskTransition], {
    description: 'The transitions without their edges, for clients that need no cursor of each.',
  })
  readonly nodes: readonly TaskTransition[];

  @Field(() => PageInfo, { description: 'Where this page lies.' })
  readonly pageInfo: PageInfo;

  constructor(page: Page<Transition>) {
    this.edges = page.items.map(({ cursor, item }) => new TaskTransitionEdge(cursor, item));
    this.nodes = this.edges.map((edge) => edge.node);
    this.pageInfo = new PageInfo(page);
  }
}
