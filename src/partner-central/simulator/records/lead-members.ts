/** Reads the members of an engagement's context that its members write, with the model's limits. */
import { type Fields, DATE, text, whole } from '../protocol/validation.js';
import { INDUSTRY } from './model-values.js';

type LeadUpdate = ReturnType<typeof readLeadUpdate>;
export type CustomerProject = ReturnType<typeof readCustomerProject>;
/** The lead of an engagement. An update adds at most one interaction. */
export type Lead = Omit<LeadUpdate, 'Interaction'> & {
  readonly Interactions: readonly ReturnType<typeof readInteraction>[];
};

const UP_TO_255 = text(0, 255);
const WEBSITE = whole('(?=.{4,255}$)((http|https)://)??(www[.])??([a-zA-Z0-9]|-)+?([.][a-zA-Z0-9(\\-|/|=|?)??]+?)+?');

export function readLeadUpdate(lead: Fields) {
  return lead.withUnknown({
    QualificationStatus: lead.optionalString('QualificationStatus', text(1, 255)),
    Customer: lead.structure('Customer', (customer) =>
      customer.withUnknown({
        CompanyName: customer.string('CompanyName', text(1, 120)),
        Industry: customer.optionalString('Industry', UP_TO_255),
        WebsiteUrl: customer.optionalString('WebsiteUrl', UP_TO_255),
        AwsMaturity: customer.optionalString('AwsMaturity', UP_TO_255),
        MarketSegment: customer.optionalString('MarketSegment', UP_TO_255),
        Address: customer.optionalStructure('Address', (address) =>
          address.withUnknown({
            City: address.optionalString('City', UP_TO_255),
            PostalCode: address.optionalString('PostalCode', text(0, 20)),
            StateOrRegion: address.optionalString('StateOrRegion', UP_TO_255),
            CountryCode: address.optionalString('CountryCode', text(0, 10)),
          }),
        ),
      }),
    ),
    Interaction: lead.optionalStructure('Interaction', readInteraction),
    Insights: lead.optionalStructure('Insights', (insights) =>
      insights.withUnknown({ LeadReadinessScore: insights.optionalString('LeadReadinessScore', text(0, 65_536)) }),
    ),
  });
}

function readInteraction(interaction: Fields) {
  const date = interaction.optionalTimestamp('InteractionDate');
  return interaction.withUnknown({
    SourceType: interaction.optionalString('SourceType', UP_TO_255),
    SourceId: interaction.optionalString('SourceId', UP_TO_255),
    SourceName: interaction.optionalString('SourceName', UP_TO_255),
    Usecase: interaction.optionalString('Usecase', UP_TO_255),
    InteractionDate: date === undefined ? undefined : new Date(date).toISOString(),
    CustomerAction: interaction.optionalString('CustomerAction', UP_TO_255),
    BusinessProblem: interaction.optionalString('BusinessProblem', text(0, 2000)),
    Contact: interaction.structure('Contact', (contact) =>
      contact.withUnknown({
        BusinessTitle: contact.string('BusinessTitle', text(1, 255)),
        Email: contact.string('Email', text(1, 255)),
        FirstName: contact.string('FirstName', text(0, 80)),
        LastName: contact.string('LastName', text(0, 80)),
        Phone: contact.optionalString('Phone', UP_TO_255),
      }),
    ),
  });
}

export function readCustomerProject(context: Fields) {
  return context.withUnknown({
    Customer: context.optionalStructure('Customer', (customer) =>
      customer.withUnknown({
        CompanyName: customer.string('CompanyName', text(1, 120)),
        Industry: customer.string('Industry', INDUSTRY),
        WebsiteUrl: customer.string('WebsiteUrl', WEBSITE),
        CountryCode: customer.string('CountryCode', text(2, 2)),
      }),
    ),
    Project: context.optionalStructure('Project', (project) =>
      project.withUnknown({
        Title: project.string('Title', text(1, 255)),
        BusinessProblem: project.string('BusinessProblem', text(20, 2000)),
        TargetCompletionDate: project.string('TargetCompletionDate', DATE),
      }),
    ),
  });
}
