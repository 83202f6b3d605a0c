/** Records as AWS sends them, with every member; each text says what it is, so that a test finds it again where it should not be. */

const AT = '2026-01-01T10:00:00.123Z';
export const AT_MS = Date.UTC(2026, 0, 1, 10, 0, 0, 123);

const ADDRESS = {
  City: 'secret-city',
  PostalCode: 'secret-postal',
  StateOrRegion: 'Texas',
  CountryCode: 'US',
  StreetAddress: 'secret-street',
};
const CONTACT = {
  Email: 'secret@example.com',
  FirstName: 'secret-first',
  LastName: 'secret-last',
  BusinessTitle: 'secret-title',
  Phone: '+15550100',
};
const SPEND = {
  Amount: '4711.00',
  CurrencyCode: 'USD',
  Frequency: 'Monthly',
  TargetCompany: 'AWS',
  EstimationUrl: 'https://calculator.aws/secret',
};
const ENGAGEMENT_CUSTOMER = {
  CompanyName: 'secret-company',
  Industry: 'Energy',
  WebsiteUrl: 'https://secret.example.com',
  CountryCode: 'US',
};

/** What must never stand in a log. */
export const SECRET = /secret|4711|15550100/;

export const OPPORTUNITY = {
  Catalog: 'Sandbox',
  Id: 'O1000001',
  Arn: 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/opportunity/O1000001',
  PartnerOpportunityIdentifier: 'CRM-1',
  OpportunityType: 'Net New Business',
  PrimaryNeedsFromAws: ['Co-Sell - Deal Support'],
  NationalSecurity: 'No',
  CreatedDate: AT,
  LastModifiedDate: AT,
  Customer: {
    Account: {
      CompanyName: 'secret-company',
      Industry: 'Other',
      OtherIndustry: 'Lighthouses',
      WebsiteUrl: 'https://secret.example.com',
      Address: ADDRESS,
      AwsAccountId: '123456789012',
      Duns: '123456789',
    },
    Contacts: [CONTACT],
  },
  Project: {
    DeliveryModels: ['SaaS or PaaS'],
    ExpectedCustomerSpend: [SPEND],
    Title: 'secret-project',
    CustomerBusinessProblem: 'secret-problem that is long enough',
    CustomerUseCase: 'Database',
    SalesActivities: ['Conducted POC / Demo'],
    ApnPrograms: ['APN'],
    CompetitorName: '*Other',
    OtherCompetitorNames: 'others',
    OtherSolutionDescription: 'secret-solution',
    RelatedOpportunityIdentifier: 'O1000002',
    AdditionalComments: 'comments',
    AwsPartition: 'aws-eusc',
  },
  LifeCycle: {
    Stage: 'Technical Validation',
    ReviewStatus: 'In review',
    ReviewComments: 'review comments',
    ReviewStatusReason: 'a reason',
    TargetCloseDate: '2026-12-31',
    NextSteps: 'secret-next',
    ClosedLostReason: 'Other',
    NextStepsHistory: [{ Value: 'secret-step', Time: AT }],
  },
  Marketing: {
    CampaignName: 'campaign',
    Source: 'Marketing Activity',
    UseCases: ['a use'],
    Channels: ['Email'],
    AwsFundingUsed: 'Yes',
  },
  SoftwareRevenue: {
    DeliveryModel: 'Contract',
    Value: { Amount: '4711.00', CurrencyCode: 'USD' },
    EffectiveDate: '2026-02-01',
    ExpirationDate: '2027-02-01',
  },
  OpportunityTeam: [CONTACT],
  RelatedEntityIdentifiers: {
    Solutions: ['S-0000001'],
    AwsProducts: ['AmazonEC2'],
    AwsMarketplaceOffers: ['offer'],
    AwsMarketplaceOfferSets: ['offer-set'],
    AwsMarketplaceSolutions: ['marketplace-solution'],
    AwsMarketplaceProducts: ['marketplace-product'],
  },
};

export const ENGAGEMENT = {
  Id: 'eng-00000000000001',
  Arn: 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/eng-00000000000001',
  Title: 'a title',
  Description: 'a description',
  CreatedAt: AT,
  CreatedBy: '123456789012',
  ModifiedAt: AT,
  ModifiedBy: '210987654321',
  MemberCount: 2,
  Contexts: [
    {
      Id: '1',
      Type: 'Lead',
      Payload: {
        Lead: {
          QualificationStatus: 'Qualified',
          Customer: {
            CompanyName: 'secret-company',
            Industry: 'Energy',
            WebsiteUrl: 'https://secret.example.com',
            Address: ADDRESS,
            AwsMaturity: 'mature',
            MarketSegment: 'SMB',
          },
          Interactions: [
            {
              SourceType: 'Event',
              SourceId: 'source-1',
              SourceName: 'a fair',
              Usecase: 'Database',
              InteractionDate: AT,
              CustomerAction: 'visited',
              BusinessProblem: 'secret-problem',
              Contact: CONTACT,
            },
          ],
          Insights: { LeadReadinessScore: 'High' },
        },
      },
    },
    {
      Id: '2',
      Type: 'CustomerProject',
      Payload: {
        CustomerProject: {
          Customer: ENGAGEMENT_CUSTOMER,
          Project: { Title: 'secret-project', BusinessProblem: 'secret-problem', TargetCompletionDate: '2026-12-31' },
        },
      },
    },
  ],
};

export const INVITATION = {
  Catalog: 'Sandbox',
  Id: 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement-invitation/engi-0000000000001',
  Arn: 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement-invitation/engi-0000000000001',
  PayloadType: 'OpportunityInvitation',
  Status: 'PENDING',
  EngagementId: 'eng-00000000000001',
  EngagementTitle: 'a title',
  InvitationDate: AT,
  ExpirationDate: AT,
  SenderAwsAccountId: '123456789012',
  SenderCompanyName: 'AWS',
  Receiver: { Account: { Alias: 'secret-alias', AwsAccountId: '210987654321' } },
  InvitationMessage: 'secret-message',
  EngagementDescription: 'a description',
  RejectionReason: 'a reason',
  Payload: {
    OpportunityInvitation: {
      SenderContacts: [CONTACT],
      ReceiverResponsibilities: ['Reseller'],
      Customer: ENGAGEMENT_CUSTOMER,
      Project: {
        Title: 'secret-project',
        BusinessProblem: 'secret-problem',
        TargetCompletionDate: '2026-12-31',
        ExpectedCustomerSpend: [SPEND],
      },
    },
  },
};

export const LEAD_INVITATION = {
  ...INVITATION,
  PayloadType: 'LeadInvitation',
  Payload: {
    LeadInvitation: {
      Customer: { ...ENGAGEMENT_CUSTOMER, AwsMaturity: 'mature', MarketSegment: 'SMB' },
      Interaction: {
        SourceType: 'Event',
        SourceId: 'source-1',
        SourceName: 'a fair',
        Usecase: 'Database',
        ContactBusinessTitle: 'secret-title',
      },
    },
  },
};

export const SNAPSHOT_JOB = {
  Catalog: 'Sandbox',
  Id: 'job-0000000000001',
  Arn: 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/resource-snapshot-job/job-0000000000001',
  Status: 'Running',
  EngagementId: 'eng-00000000000001',
  ResourceType: 'Opportunity',
  ResourceId: 'O1000001',
  ResourceSnapshotTemplateName: 'JobTemplate',
  CreatedAt: AT,
  LastSuccessfulExecutionDate: AT,
  LastFailure: 'a failure',
};
