/** The start that is measured. */

/** COMPLETE at once: nothing has to be polled for. */
export const IDENTIFIER = 'O1000004';
/** Without a token the gateway makes one, so that every start is another. */
export const MUTATION = `mutation Start($clientToken: String) {
  started: startEngagementFromOpportunityTask(input: { catalog: SANDBOX, identifier: "${IDENTIFIER}", awsSubmission: { involvementType: CO_SELL }, clientToken: $clientToken }) {
    task { id status } userErrors { code message }
  }
}`;
