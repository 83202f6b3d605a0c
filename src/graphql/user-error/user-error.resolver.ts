/** The next step after a refusal, which its code decides. */
import { FieldResolver, Resolver, Root } from 'type-graphql';
import { NEXT_ACTIONS, NextActionEnum, type NextAction } from './next-action.enum.js';
import { UserError } from './user-error.type.js';

@Resolver(() => UserError)
export class UserErrorResolver {
  @FieldResolver(() => NextActionEnum, {
    description: 'Next step of the client. If the payload has a task, `task.failure.nextAction` is more precise.',
  })
  nextAction(@Root() { code, nextActionOfEdit }: UserError): NextAction {
    return nextActionOfEdit ?? NEXT_ACTIONS[code];
  }
}
