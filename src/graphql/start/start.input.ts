/** The inputs of the mutations. Formats are checked by `Tasks.start`, which reports every mistake at once, not here. */
import { Field, InputType } from 'type-graphql';
import type { Catalog, InvolvementType, TaskInput, Visibility } from '../../partner-central/model/task-kind.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import { InvolvementTypeEnum, VisibilityEnum } from '../task/enums.js';

@InputType('TagInput', { description: 'A tag for AWS to attach.' })
class TagInput {
  @Field(() => String, { description: '1 to 128 letters, digits, spaces and `_.:/=+-@`.' })
  readonly key: string;

  @Field(() => String, { description: 'Up to 256 of the same characters; may be empty.' })
  readonly value: string;
}

@InputType('AwsSubmissionInput', { description: 'How AWS is to be involved in the opportunity.' })
export class AwsSubmissionInput {
  @Field(() => InvolvementTypeEnum, { description: 'How far AWS is to be involved.' })
  readonly involvementType: InvolvementType;

  @Field(() => VisibilityEnum, { nullable: true, description: 'How much AWS may see. Without it AWS decides.' })
  readonly visibility?: Visibility | null;
}

/** The members that the input of every start has. Not a type of the schema. */
@InputType()
abstract class StartInput {
  @Field(() => CatalogEnum, { description: 'The catalog to start the task in.' })
  readonly catalog: Catalog;

  @Field(() => String, {
    nullable: true,
    description:
      'Makes the start idempotent: repeated with the same token and input it returns the same task, with other input it is refused. Make ' +
      'one for each intent of a person (a UUID), keep it until the answer is there, and use a new one after a failure. 1 to 255 characters. ' +
      'Without it the gateway makes one, and a repeated request starts a second task.',
  })
  readonly clientToken?: string | null;

  @Field(() => [TagInput], { nullable: true, description: 'Tags for AWS to attach, at most 200.' })
  readonly tags?: readonly TagInput[] | null;
}

@InputType('StartEngagementFromOpportunityTaskInput', { description: 'Which opportunity to submit to AWS, and how.' })
export class StartEngagementFromOpportunityTaskInput extends StartInput {
  @Field(() => String, { description: 'Id of the opportunity: `O` and up to 19 digits, for example `O1000001`.' })
  readonly identifier: string;

  @Field(() => AwsSubmissionInput, { description: 'How AWS is to be involved.' })
  readonly awsSubmission: AwsSubmissionInput;
}

@InputType('StartOpportunityFromEngagementTaskInput', {
  description: 'Which lead, in which engagement, to make an opportunity of.',
})
export class StartOpportunityFromEngagementTaskInput extends StartInput {
  @Field(() => String, {
    description:
      'Id of the engagement (`eng-` and 14 digits or small letters, for example `eng-completes00001`) or its ARN.',
  })
  readonly identifier: string;

  @Field(() => String, { description: "Id of the engagement's context that holds the lead: a number such as `1`." })
  readonly contextIdentifier: string;
}

@InputType('StartEngagementByAcceptingInvitationTaskInput', { description: 'Which invitation to accept.' })
export class StartEngagementByAcceptingInvitationTaskInput extends StartInput {
  @Field(() => String, {
    description:
      'Id of the invitation (`engi-` and 13 digits or small letters, for example `engi-completes0001`) or its ARN.',
  })
  readonly identifier: string;
}

export function engagementFromOpportunity(input: StartEngagementFromOpportunityTaskInput): TaskInput {
  return {
    kind: 'ENGAGEMENT_FROM_OPPORTUNITY',
    ...commonOf(input),
    involvementType: input.awsSubmission.involvementType,
    visibility: input.awsSubmission.visibility ?? null,
  };
}

export function opportunityFromEngagement(input: StartOpportunityFromEngagementTaskInput): TaskInput {
  return { kind: 'OPPORTUNITY_FROM_ENGAGEMENT', ...commonOf(input), contextIdentifier: input.contextIdentifier };
}

export function engagementByAcceptingInvitation(input: StartEngagementByAcceptingInvitationTaskInput): TaskInput {
  return { kind: 'ENGAGEMENT_BY_ACCEPTING_INVITATION', ...commonOf(input) };
}

/** Tags are copied, because the stored ones must be plain tags and not instances of a class of the schema. */
function commonOf({ catalog, identifier, tags }: StartInput & { readonly identifier: string }) {
  return { catalog, identifier, tags: (tags ?? []).map(({ key, value }) => ({ key, value })) };
}
