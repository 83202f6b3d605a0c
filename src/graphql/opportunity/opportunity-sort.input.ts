/** The order of a list of opportunities. */
import { Field, InputType } from 'type-graphql';
import type { OpportunitySortField, SortOrder } from '../../partner-central/model/record-filters.js';
import { registerEnum } from '../register-enum.js';

const OpportunitySortFieldEnum = registerEnum<OpportunitySortField>(
  'OpportunitySortField',
  'The field that a list of opportunities is sorted by.',
  {
    LAST_MODIFIED_DATE: 'Time of the last change.',
    IDENTIFIER: "AWS's id of the opportunity.",
    CUSTOMER_COMPANY_NAME: 'Name of the customer.',
    CREATED_DATE: 'Time of creation.',
    TARGET_CLOSE_DATE: 'Expected closing date of the sale.',
  },
);

const SortOrderEnum = registerEnum<SortOrder>('SortOrder', 'The direction of a sorted list.', {
  ASCENDING: 'The smallest or earliest value first.',
  DESCENDING: 'The largest or latest value first.',
});

@InputType('OpportunitySort', { description: 'The order of a list of opportunities. A cursor belongs to one order.' })
export class OpportunitySortInput {
  @Field(() => OpportunitySortFieldEnum, { description: 'Field to sort by.' })
  readonly by: OpportunitySortField;

  @Field(() => SortOrderEnum, {
    defaultValue: 'DESCENDING' satisfies SortOrder,
    description: 'Direction.',
  })
  readonly order: SortOrder;
}
