/** The documents and observations that the rules rest on, as clients see them. */
import type { CheckSource } from './rule.js';

export type Evidence = { readonly source: CheckSource; readonly evidence: string };

/** @param member the member of the service model whose description states the rule */
export function model(member: string): Evidence {
  return { source: 'DOCUMENTED', evidence: `AWS's API model, ${member}` };
}

/** @param chapter the chapter of the developer guide for Partner Central */
export function guide(chapter: string): Evidence {
  return { source: 'DOCUMENTED', evidence: `AWS's developer guide, ${chapter}` };
}

/** The list says, for each field, when it must be present. */
export const FIELD_LIST: Evidence = {
  source: 'OBSERVED',
  evidence: "AWS's list of opportunity fields in its samples for CRM integrations (2024)",
};

export const POSTAL_CODE_LIST: Evidence = {
  source: 'OBSERVED',
  evidence: "AWS's list of postal code messages in its samples for CRM integrations (2024)",
};

export const REFUSED_SUBMISSIONS: Evidence = {
  source: 'OBSERVED',
  evidence: "Refused submissions that AWS's sample integration for HubSpot records (Sandbox, 2026)",
};

export const PUBLISHED_RUN: Evidence = {
  source: 'OBSERVED',
  evidence: "AWS's published run from a lead to a submission (catalog AWS, 2025-11-03)",
};

/** @param codes the error codes of AWS whose names state the rule */
export function codes(...names: readonly string[]): Evidence {
  return { source: 'INFERRED', evidence: `AWS's reason codes ${names.join(' and ')}` };
}
