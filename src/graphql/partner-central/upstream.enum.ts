import { registerEnum } from '../register-enum.js';
import type { PartnerCentralStatus } from '../context.js';

export const UpstreamEnum = registerEnum<PartnerCentralStatus['upstream']>(
  'Upstream',
  'The service that answers calls to Partner Central.',
  {
    AWS: 'AWS, or an endpoint that leads to it.',
    OTHER:
      "A service that the operator configured in AWS's place, for example a simulator that several gateways share. " +
      'AWS may not know its ids.',
    SIMULATOR:
      "The gateway's built-in simulator. No call reaches AWS, and the ids are not real. Show this in the user " +
      'interface.',
  },
);
