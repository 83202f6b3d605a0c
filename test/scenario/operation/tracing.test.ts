import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { FOLLOW, start, startGateway } from '../../support/harness/gateway.js';

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
beforeAll(() => provider.register());
afterAll(() => provider.shutdown());

test('a mutation, its call to AWS and the deliveries of its transitions are one trace', async () => {
  const gateway = await startGateway({}, { speed: 20 });
  const { task } = await start(gateway, 'O1000001');
  await gateway.collect(FOLLOW, { id: task.id, from: 'BEGINNING' });
  const spans = exporter.getFinishedSpans();
  const mutation = spans.find((span) => span.name === 'graphql.mutation');
  const trace = spans
    .filter((span) => span.spanContext().traceId === mutation?.spanContext().traceId)
    .map((span) => span.name);
  expect(trace).toEqual(
    expect.arrayContaining(['graphql.mutation', 'StartEngagementFromOpportunityTask', 'graphql.delivery']),
  );
  expect(trace.filter((name) => name === 'graphql.delivery')).toHaveLength(3);
});
