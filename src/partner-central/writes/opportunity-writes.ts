/**
 * The operations that change the associations and the owner of an opportunity. Each is a value that builds the SDK's
 * command. AWS answers all of them without a member, so that only a reading of the opportunity shows the effect.
 */
import { CATALOG, RELATED_ENTITY } from '../model/enum-mapping.js';
import type { Contact } from '../model/record-types.js';
import type { RelatedEntityType } from '../model/related-types.js';
import type { Catalog } from '../model/task-kind.js';
import type { RecordOperation } from '../record-operations.js';

export type Association = {
  readonly catalog: Catalog;
  /** The id of the opportunity. */
  readonly identifier: string;
  readonly entityType: RelatedEntityType;
  readonly entityIdentifier: string;
};

/** A user of the partner's account. The phone number is the only member that may be null. */
type Assignee = { readonly [Name in Exclude<keyof Contact, 'phone'>]: string } & Pick<Contact, 'phone'>;

export type Assignment = { readonly catalog: Catalog; readonly identifier: string; readonly assignee: Assignee };

export const ASSOCIATE_OPPORTUNITY: RecordOperation<Association, null> = {
  operation: 'AssociateOpportunity',
  async send(sdk, client, association, options) {
    await client.send(new sdk.AssociateOpportunityCommand(associationOf(association)), options);
    return null;
  },
};

export const DISASSOCIATE_OPPORTUNITY: RecordOperation<Association, null> = {
  operation: 'DisassociateOpportunity',
  async send(sdk, client, association, options) {
    await client.send(new sdk.DisassociateOpportunityCommand(associationOf(association)), options);
    return null;
  },
};

export const ASSIGN_OPPORTUNITY: RecordOperation<Assignment, null> = {
  operation: 'AssignOpportunity',
  async send(sdk, client, { catalog, identifier, assignee }, options) {
    const { email, firstName, lastName, businessTitle, phone } = assignee;
    await client.send(
      new sdk.AssignOpportunityCommand({
        Catalog: CATALOG[catalog],
        Identifier: identifier,
        Assignee: {
          Email: email,
          FirstName: firstName,
          LastName: lastName,
          BusinessTitle: businessTitle,
          ...(phone === null ? {} : { Phone: phone }),
        },
      }),
      options,
    );
    return null;
  },
};

function associationOf({ catalog, identifier, entityType, entityIdentifier }: Association) {
  return {
    Catalog: CATALOG[catalog],
    OpportunityIdentifier: identifier,
    RelatedEntityType: RELATED_ENTITY[entityType],
    RelatedEntityIdentifier: entityIdentifier,
  };
}
