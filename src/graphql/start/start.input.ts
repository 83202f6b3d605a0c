/** The inputs of the starts. `Tasks.start` checks the formats, and reports every mistake at once. */
import { Field, InputType } from 'type-graphql';
import type { Catalog, InvolvementType, TaskInput, Visibility } from '../../partner-central/model/task-kind.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import { InvolvementTypeEnum, VisibilityEnum } from '../task/enums.js';

@InputType('TagInput', { description: 'A tag for AWS to attach.' })
export class TagInput {
  @Field(() => String, { description: 'Name of the tag: 1 to 128 letters, digits, spaces and `_.:/=+-@`.' })
  readonly key: string;

  @Field(() => String, { description: 'Value of the tag: up to 256 of the same characters. May be empty.' })
  readonly value: string;
}

@InputType('AwsSubmissionInput', { description: 'The planned involvement of AWS in an opportunity.' })
export class AwsSubmissionInput {
  @Field(() => InvolvementTypeEnum, { description: 'Degree to which AWS takes part.' })
  readonly involvementType: InvolvementType;

  @Field(() => VisibilityEnum, {
    nullable: true,
    description: 'Share of the opportunity that AWS may see. Without it AWS decides.',
  })
  readonly visibility?: Visibility | null;
}

/** The common members of the inputs. Not a type of the schema. */
@InputType()
abstract class StartInput {
  @Field(() => CatalogEnum, { description: 'Catalog of the task.' })
  readonly catalog: Catalog;

  @Field(() => String, {
    nullable: true,
    description:
      'Idempotency key of the start, 1 to 255 characters. The same token with the same input returns the same ' +
      'task; with other input the start is refused. Make one UUID for each action of a user, keep it until the ' +
      'response arrives, and use a new UUID after a failure. Without a token the gateway makes one, and a repeated ' +
      'request starts a second task.',
  })
  readonly clientToken?: string | null;

  @Field(() => [TagInput], { nullable: true, description: 'Tags for AWS to attach (at most 200). No tags if omitted.' })
  readonly tags?: readonly TagInput[] | null;
}

@InputType('StartEngagementFromOpportunityTaskInput', {
  description: 'The opportunity to submit to AWS, and the involvement of AWS.',
})
export class StartEngagementFromOpportunityTaskInput extends StartInput {
  @Field(() => String, { description: 'Id of the opportunity: `O` and up to 19 digits, for example `O1000001`.' })
  readonly identifier: string;

  @Field(() => AwsSubmissionInput, { description: 'The planned involvement of AWS.' })
  readonly awsSubmission: AwsSubmissionInput;
}

@InputType('StartOpportunityFromEngagementTaskInput', {
  description: 'The engagement, and the lead in it that becomes an opportunity.',
})
export class StartOpportunityFromEngagementTaskInput extends StartInput {
  @Field(() => String, {
    description:
      'Id or ARN of the engagement. The id is `eng-` and 14 digits or small letters, for example `eng-completes00001`.',
  })
  readonly identifier: string;

  @Field(() => String, { description: 'Number of the context that holds the lead, for example `1`.' })
  readonly contextIdentifier: string;
}

@InputType('StartEngagementByAcceptingInvitationTaskInput', { description: 'The invitation to accept.' })
export class StartEngagementByAcceptingInvitationTaskInput extends StartInput {
  @Field(() => String, {
    description:
      'Id or ARN of the invitation. The id is `engi-` and 13 digits or small letters, for example ' +
      '`engi-completes0001`.',
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

/** Copies the tags, because the store needs plain objects and not instances of a class of the schema. */
function commonOf({ catalog, identifier, tags }: StartInput & { readonly identifier: string }) {
  return { catalog, identifier, tags: (tags ?? []).map(({ key, value }) => ({ key, value })) };
}
