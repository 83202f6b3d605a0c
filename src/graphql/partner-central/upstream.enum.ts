import { registerEnum } from '../register-enum.js';
import type { PartnerCentralStatus } from '../context.js';

export const UpstreamEnum = registerEnum<PartnerCentralStatus['upstream']>(
  'Upstream',
  "Who answers this gateway's calls to Partner Central.",
  {
    AWS: 'AWS itself, or an endpoint that leads to it.',
    OTHER:
      "A service that the operator configured in AWS's place, for example a simulator that several gateways share. Its ids may be unknown to AWS.",
    SIMULATOR:
      "The gateway's built-in simulator: nothing reaches AWS, and every id in an answer is made up. Say so in the user interface.",
  },
);
