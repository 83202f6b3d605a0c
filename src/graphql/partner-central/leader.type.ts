/** The instance of the gateway that leads. */
import { Field, ObjectType } from 'type-graphql';
import type { LeaderStatus } from '../context.js';
import { DateTime } from '../values/date-time.scalar.js';

@ObjectType('Leader', {
  description:
    'The instance of the gateway that leads. A client needs it for status pages only, because every instance answers alike.',
  simpleResolvers: true,
})
export class Leader implements LeaderStatus {
  @Field(() => DateTime, {
    description:
      'Time at which it began to lead. A later time means that another instance has taken over, or a restart.',
  })
  readonly since: number;

  @Field(() => Boolean, { description: 'True if this answer comes from the instance that leads.' })
  readonly isAnswering: boolean;
}
