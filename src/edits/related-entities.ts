/**
 * The items that an opportunity can be associated with: the member that lists them, and the most that AWS allows. The
 * limits are those of AWS's documentation of quotas; it names none for sets of offers. Pure.
 */
import { identifierOf } from '../partner-central/identifiers.js';
import { RELATED_ENTITY } from '../partner-central/model/enum-mapping.js';
import type { Opportunity, RelatedEntities } from '../partner-central/model/record-types.js';
import type { RelatedEntityType } from '../partner-central/model/related-types.js';
import type { Association } from '../partner-central/writes/opportunity-writes.js';

type Kind = {
  readonly member: keyof RelatedEntities;
  /** The items in the plural. */
  readonly noun: string;
  readonly limit: number | null;
};

const KINDS: Readonly<Record<RelatedEntityType, Kind>> = {
  SOLUTIONS: { member: 'solutions', noun: 'solutions', limit: 10 },
  AWS_PRODUCTS: { member: 'awsProducts', noun: 'AWS products', limit: 20 },
  AWS_MARKETPLACE_OFFERS: { member: 'awsMarketplaceOffers', noun: 'private offers', limit: 1 },
  AWS_MARKETPLACE_OFFER_SETS: { member: 'awsMarketplaceOfferSets', noun: 'sets of private offers', limit: null },
  AWS_MARKETPLACE_SOLUTIONS: { member: 'awsMarketplaceSolutions', noun: 'solutions in AWS Marketplace', limit: 10 },
  AWS_MARKETPLACE_PRODUCTS: { member: 'awsMarketplaceProducts', noun: 'products in AWS Marketplace', limit: 10 },
};

/** The path of the list in the names of the record. */
export function listPath(entityType: RelatedEntityType): string {
  return `relatedEntities.${KINDS[entityType].member}`;
}

/** AWS's name of the list, as `editabilityOf` has it. */
export function listField(entityType: RelatedEntityType): string {
  return `RelatedEntityIdentifiers.${RELATED_ENTITY[entityType]}`;
}

export function isAssociated({ relatedEntities }: Opportunity, { entityType, entityIdentifier }: Association): boolean {
  return relatedEntities[KINDS[entityType].member].some((each) => isSame(entityType, each, entityIdentifier));
}

export function withAssociation(opportunity: Opportunity, association: Association): Opportunity {
  return withList(opportunity, association, (listed) => [...listed, association.entityIdentifier]);
}

export function withoutAssociation(opportunity: Opportunity, association: Association): Opportunity {
  const { entityType, entityIdentifier } = association;
  return withList(opportunity, association, (listed) =>
    listed.filter((each) => !isSame(entityType, each, entityIdentifier)),
  );
}

/** The refusal of a further item; null if AWS allows one more. */
export function limitProblem({ relatedEntities }: Opportunity, { entityType }: Association): string | null {
  const { member, noun, limit } = KINDS[entityType];
  const count = relatedEntities[member].length;
  if (limit === null || count < limit) return null;
  return `The opportunity has too many ${noun} for another one (limit ${limit}, got ${count}). Disassociate one first.`;
}

/** AWS lists a solution by its id, also if its ARN was associated. */
function isSame(entityType: RelatedEntityType, listed: string, identifier: string): boolean {
  return entityType === 'SOLUTIONS' ? identifierOf(listed) === identifierOf(identifier) : listed === identifier;
}

/** The time of the change is not known, because AWS does not answer it. */
function withList(
  opportunity: Opportunity,
  { entityType }: Association,
  change: (listed: readonly string[]) => readonly string[],
): Opportunity {
  const { member } = KINDS[entityType];
  const { relatedEntities } = opportunity;
  return {
    ...opportunity,
    lastModifiedAt: null,
    relatedEntities: { ...relatedEntities, [member]: change(relatedEntities[member]) },
  };
}
