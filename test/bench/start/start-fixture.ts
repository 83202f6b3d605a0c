/** The start that is measured. */

/** The task is COMPLETE at once, so nothing is polled. */
export const IDENTIFIER = 'O1000004';
/** The gateway creates a token if there is none, so every start is new. */
export const MUTATION = `mutation Start($clientToken: String) {
  started: startEngagementFromOpportunityTask(input: { catalog: SANDBOX, identifier: "${IDENTIFIER}", awsSubmission: { involvementType: CO_SELL }, clientToken: $clientToken }) {
    task { id status } userErrors { code message }
  }
}`;
