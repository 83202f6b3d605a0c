/**
 * The caller in the start comparison, in a separate process. It alternates between a Start by AWS's SDK and the
 * gateway's mutation for the same start.
 */
import { Agent, request } from 'node:http';
import {
  PartnerCentralSellingClient,
  StartEngagementFromOpportunityTaskCommand,
} from '@aws-sdk/client-partnercentral-selling';
import { serve } from '../child.js';
import { IDENTIFIER, MUTATION } from './start-fixture.js';

export type Pairs = { readonly urls: readonly string[]; readonly endpoint: string; readonly count: number };
/** The latencies of each caller: the SDK first, then each of the gateways. */
export type Paired = readonly (readonly number[])[];

const agent = new Agent({ keepAlive: true });

serve(null, {
  async pairs({ urls, endpoint, count }: Pairs): Promise<Paired> {
    const client = new PartnerCentralSellingClient({
      region: 'us-east-1',
      endpoint,
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    });
    const bySdk = async (token: string): Promise<void> => {
      const input = {
        Catalog: 'Sandbox',
        ClientToken: token,
        Identifier: IDENTIFIER,
        AwsSubmission: { InvolvementType: 'Co-Sell' },
      } as const;
      const { TaskStatus } = await client.send(new StartEngagementFromOpportunityTaskCommand(input));
      if (TaskStatus !== 'COMPLETE') throw new Error(`the SDK's task is ${TaskStatus}`);
    };
    const callers = [bySdk, ...urls.map((url) => async (token: string) => byGateway(url, token))];
    const times = callers.map((): number[] => []);
    for (let index = 0; index < count; index += 1) {
      for (const [caller, start] of callers.entries()) {
        const begun = performance.now();
        await start(`pair-${caller}-${process.pid}-${begun}`);
        times[caller]?.push(performance.now() - begun);
      }
    }
    client.destroy();
    return times;
  },
});

async function byGateway(url: string, clientToken: string): Promise<void> {
  const text = await post(url, JSON.stringify({ query: MUTATION, variables: { clientToken } }));
  const { data } = JSON.parse(text);
  if (data?.started?.task?.status !== 'COMPLETE') throw new Error(`the gateway answered ${text}`);
}

function post(url: string, body: string): Promise<string> {
  return new Promise((settle, fail) => {
    const sending = request(
      url,
      {
        method: 'POST',
        agent,
        timeout: 10_000,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => settle(text)).on('error', fail);
      },
    );
    sending.on('error', fail).on('timeout', () => sending.destroy(new Error(`${url} did not answer in time`)));
    sending.end(body);
  });
}
