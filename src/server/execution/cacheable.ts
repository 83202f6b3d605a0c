/**
 * Decides if the result of an event is equal for all subscribers of an operation. It is equal if no selected field
 * depends on the caller, on variables, or on time. Such a field is a plain member of its object, or declares that its
 * resolver reads only the object.
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

/** The extension of a field whose resolver reads only its source: no arguments, no context, nothing outside. */
const READS_SOURCE_ONLY = 'readsSourceOnly';

/** @param document a valid one, whose fragments form no cycle */
export function isCacheable(
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

  /** The fields of the object types, because these resolve the fields of their interfaces. */
  function fieldsNamed(name: string, parent: GraphQLCompositeType): GraphQLField<unknown, unknown>[] {
    const objects = isAbstractType(parent) ? schema.getPossibleTypes(parent) : [parent];
    return objects.flatMap((object) => (isObjectType(object) ? (object.getFields()[name] ?? []) : []));
  }

  return below(operation.selectionSet, schema.getRootType(operation.operation));
}

function readsSourceOnly(field: GraphQLField<unknown, unknown>): boolean {
  return field.extensions[READS_SOURCE_ONLY] === true || (field.resolve === undefined && field.args.length === 0);
}

/** True if a variable decides `@include` or `@skip`. */
function variesBy(directives: readonly DirectiveNode[] | undefined): boolean {
  return (
    directives?.some((directive) => directive.arguments?.some((argument) => argument.value.kind === Kind.VARIABLE)) ??
    false
  );
}
