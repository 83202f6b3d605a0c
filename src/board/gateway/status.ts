/** The state of the gateway, as the view reads it. */
import type { GatewayStatusQuery } from '#gql';

export type Status = GatewayStatusQuery['partnerCentral'];
export type Quota = Status['reads'];
