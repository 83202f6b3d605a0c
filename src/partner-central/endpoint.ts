/**
 * Finds the address to which the SDK sends calls. Variables and profiles can change the address, and only the SDK knows
 * their rules. The SDK therefore prepares one request, which is never sent, and the address is read from it.
 */
import type { PartnerCentralSellingClientConfig } from '@aws-sdk/client-partnercentral-selling';
import { isRecord } from '../runtime/guards.js';
import { FIXED_CONFIG } from './sdk-connection.js';
import type { Sdk } from './task-operations.js';

export type ResolvedEndpoint =
  /** AWS itself. */
  | { readonly type: 'aws'; readonly address: string }
  /** An endpoint that a variable or a profile configures. */
  | { readonly type: 'configured'; readonly address: string; readonly overrulesFips: boolean }
  /** The SDK could not prepare a request. */
  | { readonly type: 'invalid'; readonly message: string };

/** @param explicit an endpoint that takes precedence over what the environment configures */
export async function resolveEndpoint(region: string, explicit: string | null): Promise<ResolvedEndpoint> {
  const sdk = await import('@aws-sdk/client-partnercentral-selling');
  const base = { ...FIXED_CONFIG, region, ...(explicit === null ? {} : { endpoint: explicit }) };
  try {
    const plain = await addressWith(sdk, { ...base, useFipsEndpoint: false });
    const own = await addressWith(sdk, {
      ...FIXED_CONFIG,
      region,
      useFipsEndpoint: false,
      ignoreConfiguredEndpointUrls: true,
    });
    const isFips = await new sdk.PartnerCentralSellingClient(base).config.useFipsEndpoint();
    if (explicit !== null || plain !== own) return { type: 'configured', address: plain, overrulesFips: isFips };
    return { type: 'aws', address: isFips ? await addressWith(sdk, base) : plain };
  } catch (error) {
    return { type: 'invalid', message: isRecord(error) ? String(error['message']) : String(error) };
  }
}

async function addressWith(sdk: Sdk, config: PartnerCentralSellingClientConfig): Promise<string> {
  let address: string | null = null;
  const client = new sdk.PartnerCentralSellingClient({
    ...config,
    // The request is not sent, so any key will do.
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    requestHandler: {
      handle(request: Readonly<Record<'protocol' | 'hostname' | 'path', string>> & { readonly port?: number }) {
        const { protocol, hostname, port, path } = request;
        address = new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`).href.replace(
          /\/$/,
          '',
        );
        return Promise.reject(new Error('The request is not sent.'));
      },
    },
  });
  try {
    await client.send(new sdk.ListOpportunitiesCommand({ Catalog: 'Sandbox' }));
  } catch (error) {
    if (address === null) throw error;
  }
  if (address === null) throw new Error('The SDK sent no request, so its address is unknown.');
  return address;
}
