/** The first document in Sandbox and in GraphiQL: one operation that starts a task, and one that follows it. */
export const EXAMPLE_DOCUMENT = `# 1. Run "Start". The simulator completes this opportunity in about three seconds.
mutation Start {
  startEngagementFromOpportunityTask(
    input: { catalog: SANDBOX, identifier: "O1000001", awsSubmission: { involvementType: CO_SELL, visibility: FULL } }
  ) {
    task { id status }
    userErrors { code message field }
  }
}

# 2. Put the task's id into the variables, {"id": "…"}, and run "Follow".
subscription Follow($id: ID!) {
  taskTransitions(id: $id, from: BEGINNING) {
    sequence
    previousStatus
    status
    isTerminal
    message
    cursor
    task { ... on EngagementFromOpportunityTask { engagementId engagementInvitationId } failure { message recovery } }
  }
}
`;
