/**
 * Whether the result of an event is the same for everyone who runs the operation. It is when nothing below the subscription depends on who
 * asks, with which variables, or when: every field is either a plain member of its object, or says of itself that it reads nothing else.
 */
import {
  Kind,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  type DirectiveNode,
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsOf } from '../security/limits.js';

/** In the extensions of a field whose resolver looks at its source and at nothing else: neither arguments nor context nor the world. */
const READS_SOURCE_ONLY = 'readsSourceOnly';

/** The document is valid, so that its fragments form no cycle. */
export function isShareable(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): boolean {
  const fragments = fragmentsOf(document);

  function every(set: SelectionSetNode, parent: GraphQLCompositeType): boolean {
    return set.selections.every((selection) => {
      if (variesBy(selection.directives)) return false;
      if (selection.kind === Kind.FIELD) {
        if (selection.name.value === '__typename') return true;
        const fields = fieldsNamed(selection.name.value, parent);
        return (
          fields.length > 0 &&
          fields.every((field) => readsSourceOnly(field) && below(selection.selectionSet, getNamedType(field.type)))
        );
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      return (
        fragment !== undefined && below(fragment.selectionSet, typeNamed(fragment.typeCondition?.name.value) ?? parent)
      );
    });
  }

  function below(set: SelectionSetNode | undefined, type: unknown): boolean {
    return set === undefined || (isCompositeType(type) && every(set, type));
  }

  function typeNamed(name: string | undefined) {
    return name === undefined ? undefined : schema.getType(name);
  }

  /** A field of an interface is resolved by the objects that implement it. */
  function fieldsNamed(name: string, parent: GraphQLCompositeType): GraphQLField<unknown, unknown>[] {
    const objects = isAbstractType(parent) ? schema.getPossibleTypes(parent) : [parent];
    return objects.flatMap((object) => (isObjectType(object) ? (object.getFields()[name] ?? []) : []));
  }

  return below(operation.selectionSet, schema.getRootType(operation.operation));
}

function readsSourceOnly(field: GraphQLField<unknown, unknown>): boolean {
  return field.extensions[READS_SOURCE_ONLY] === true || (field.resolve === undefined && field.args.length === 0);
}

/** `@include` and `@skip` by a variable. */
function variesBy(directives: readonly DirectiveNode[] | undefined): boolean {
  return (
    directives?.some((directive) => directive.arguments?.some((argument) => argument.value.kind === Kind.VARIABLE)) ??
    false
  );
}
