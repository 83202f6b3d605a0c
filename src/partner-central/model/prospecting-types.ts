/** AWS's findings about a prospect. An engagement has them as a context, and an invitation to a lead shows a part. */

export type ProspectCustomer = {
  readonly accountName: string | null;
  readonly geo: string | null;
  readonly region: string | null;
  readonly subRegion: string | null;
  readonly countryCode: string | null;
  readonly industry: string | null;
  readonly subIndustry: string | null;
  readonly segment: string | null;
  readonly companySize: string | null;
  readonly eligiblePrograms: readonly string[];
  readonly publicProfileSummary: string | null;
};

export type ProspectInsights = {
  readonly marketplaceEngagementScore: string | null;
  readonly solutionScore: string | null;
  readonly solutionCategory: string | null;
  readonly solutionSubCategory: string | null;
};

export type Prospect = {
  readonly customer: ProspectCustomer | null;
  readonly insights: ProspectInsights | null;
};

export type ProspectingResult = Prospect & {
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly taskId: string | null;
  readonly taskArn: string | null;
  readonly taskName: string | null;
};

/** The findings that an invitation shows before it is accepted. */
export type EnrichmentContext = {
  readonly prospect: Prospect | null;
  readonly leadReadinessScore: string | null;
};
