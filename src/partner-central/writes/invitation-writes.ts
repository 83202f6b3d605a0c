/**
 * The answers to an invitation. Each is a value that builds the SDK's command. AWS answers without a member, so that
 * only a reading of the invitation shows the effect.
 */
import { CATALOG } from '../model/enum-mapping.js';
import type { ById, RecordOperation } from '../record-operations.js';

export type Rejection = ById & { readonly reason: string | null };

export const ACCEPT_INVITATION: RecordOperation<ById, null> = {
  operation: 'AcceptEngagementInvitation',
  async send(sdk, client, { catalog, id }, options) {
    await client.send(
      new sdk.AcceptEngagementInvitationCommand({ Catalog: CATALOG[catalog], Identifier: id }),
      options,
    );
    return null;
  },
};

export const REJECT_INVITATION: RecordOperation<Rejection, null> = {
  operation: 'RejectEngagementInvitation',
  async send(sdk, client, { catalog, id, reason }, options) {
    await client.send(
      new sdk.RejectEngagementInvitationCommand({
        Catalog: CATALOG[catalog],
        Identifier: id,
        ...(reason === null ? {} : { RejectionReason: reason }),
      }),
      options,
    );
    return null;
  },
};
