import { Field, ObjectType } from 'type-graphql';
import type { Address as AddressRecord } from '../../partner-central/model/record-types.js';

@ObjectType('Address', { description: 'A postal address.', simpleResolvers: true })
export class Address implements AddressRecord {
  @Field(() => String, { nullable: true, description: 'The street and number; null for a lead.' })
  readonly streetAddress: string | null;

  @Field(() => String, { nullable: true, description: 'The city.' })
  readonly city: string | null;

  @Field(() => String, { nullable: true, description: 'The state, province or region.' })
  readonly stateOrRegion: string | null;

  @Field(() => String, { nullable: true, description: 'The postal code.' })
  readonly postalCode: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The country as two letters after ISO 3166-1, for example `US`.',
  })
  readonly countryCode: string | null;
}
