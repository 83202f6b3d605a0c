/** The part of a check in the verdict of all checks. */
import { FieldResolver, Resolver, Root } from 'type-graphql';
import type { Check } from '../../records/readiness/rule.js';
import { isObstacle } from '../../records/readiness/verdict.js';
import { ReadinessCheck } from './readiness-check.type.js';

@Resolver(() => ReadinessCheck)
export class ReadinessCheckResolver {
  @FieldResolver(() => Boolean, {
    description:
      'True if the check keeps the verdict from being `CLEAR`: its outcome is `FAILED`, or a value that decides it ' +
      'could not be read.',
  })
  isObstacle(@Root() check: Check): boolean {
    return isObstacle(check);
  }
}
