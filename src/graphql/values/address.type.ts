/** A postal address. */
import { Field, ObjectType } from 'type-graphql';
import type { Address as AddressRecord } from '../../partner-central/model/record-types.js';

@ObjectType('Address', { description: 'A postal address.', simpleResolvers: true })
export class Address implements AddressRecord {
  @Field(() => String, { nullable: true, description: 'Street and number. Null if not set, and for leads.' })
  readonly streetAddress: string | null;

  @Field(() => String, { nullable: true, description: 'City. Null if not set.' })
  readonly city: string | null;

  @Field(() => String, { nullable: true, description: 'State, province or region. Null if not set.' })
  readonly stateOrRegion: string | null;

  @Field(() => String, { nullable: true, description: 'Postal code. Null if not set.' })
  readonly postalCode: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Country as an ISO 3166-1 code of two letters, for example `US`. Null if not set.',
  })
  readonly countryCode: string | null;
}
