/** The interface `Node` of the Relay specification. Tasks and batches implement it. */
import { Field, ID, InterfaceType } from 'type-graphql';

@InterfaceType('Node', {
  description:
    'An object that `node` finds by its id, as the Relay specification defines it: tasks and batches. Records of AWS ' +
    'do not implement it, because their ids are unique within their catalog only.',
})
export abstract class NodeView {
  @Field(() => ID, { description: "The gateway's id of the object, unique over all types." })
  readonly id: string;
}
