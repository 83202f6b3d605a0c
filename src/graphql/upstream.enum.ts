import { describedEnum } from './described-enum.js';
import type { PartnerCentralStatus } from './context.js';

export const UpstreamEnum = describedEnum<PartnerCentralStatus['upstream']>('Upstream', "Who answers this gateway's calls to Partner Central.", {
  AWS: 'AWS itself, or an endpoint that the operator configured in its place.',
  SIMULATOR: "The gateway's built-in simulator: nothing reaches AWS, and every id in an answer is made up. Say so in the user interface.",
});
