import type { RelatedEntityType } from '../../partner-central/model/related-types.js';
import { registerEnum } from '../register-enum.js';

export const RelatedEntityTypeEnum = registerEnum<RelatedEntityType>(
  'RelatedEntityType',
  'Kind of an item that an opportunity can be associated with.',
  {
    SOLUTIONS: 'Solution of the partner, by its id, for example `S-0000001`. At most 10 for an opportunity.',
    AWS_PRODUCTS: 'AWS product, by its identifier, for example `AmazonRDS`. At most 20 for an opportunity.',
    AWS_MARKETPLACE_OFFERS: 'Private offer in AWS Marketplace, by its ARN. At most 1 for an opportunity.',
    AWS_MARKETPLACE_OFFER_SETS: 'Set of private offers in AWS Marketplace, by its ARN. AWS publishes no limit.',
    AWS_MARKETPLACE_SOLUTIONS: 'Solution in AWS Marketplace, by its ARN. At most 10 for an opportunity.',
    AWS_MARKETPLACE_PRODUCTS: 'Product in AWS Marketplace, by its ARN. At most 10 for an opportunity.',
  },
);
