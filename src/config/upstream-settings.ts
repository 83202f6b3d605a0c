/** Reads the choice of Partner Central. */
import type { Variables } from './variables.js';

export type Upstream =
  | { readonly type: 'simulator' }
  /** The real service; `endpoint` is another address for it. */
  | { readonly type: 'aws'; readonly endpoint: string | null }
  /** Another service with the same protocol, for example a simulator that several gateways share. */
  | { readonly type: 'other'; readonly endpoint: string };

export function upstreamOf({ text, choice, url, isWrong, problems }: Variables): Upstream {
  const endpoint = url('PARTNER_CENTRAL_ENDPOINT', ['http:', 'https:']);
  const named = choice('UPSTREAM', ['simulator', 'aws'], 'simulator');
  if (named === 'aws') return { type: 'aws', endpoint };
  if (endpoint === null) return { type: 'simulator' };
  if (text('UPSTREAM') !== null && !isWrong('UPSTREAM')) {
    problems.push(
      'UPSTREAM is simulator and PARTNER_CENTRAL_ENDPOINT is set. Expected only one: leave PARTNER_CENTRAL_ENDPOINT ' +
        'out for the built-in simulator.',
    );
  }
  return { type: 'other', endpoint };
}

/** The signs that the SDK sends unchanged. It replaces all others. */
const PRODUCT = /^[\w!$%&'*+\-.^`|~]+(\/[\w!$%&'*+\-.^`|~]+)?$/;
const MAX_USER_AGENT_LENGTH = 200;

/** The products that an operator names to AWS, in order. */
export function userAgentOf({ text, wrong }: Variables): readonly string[] {
  const products = text('AWS_USER_AGENT')?.split(/ +/) ?? [];
  if (products.every((product) => PRODUCT.test(product)) && products.join(' ').length <= MAX_USER_AGENT_LENGTH)
    return products;
  wrong(
    'AWS_USER_AGENT',
    `products such as Company|Product|CRM|1.0 or Product/1.0, separated by spaces, of letters, digits and ` +
      `! $ % & ' * + - . ^ _ \` | ~, with at most ${MAX_USER_AGENT_LENGTH} characters in all`,
  );
  return [];
}
