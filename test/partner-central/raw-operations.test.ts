/** Whole records as AWS's own JSON, through the genuine SDK over HTTP. */
import { createHash, createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import {
  GET_RAW_OPPORTUNITY,
  UPDATE_OPPORTUNITY,
  opportunityFromJson,
} from '../../src/partner-central/raw-operations.js';
import { stringifyExactJson } from '../../src/runtime/json/exact-json.js';
import { RAW_CREDENTIALS, openRawAws, type RawRequest } from '../support/fakes/raw-aws.js';

const ANSWER =
  '{"Id":"O1","Catalog":"Sandbox","LastModifiedDate":"2026-01-02T03:04:05.123456789Z","Project":{"Title":"caf\\u00e9 \u{1f600}",' +
  '"NewNumber":12345678901234567890.50,"CreatedAt":"not a time"},"New":[null,{"__proto__":1.0}],"LifeCycle":{"ReviewStatus":"Pending Submission"}}';

async function readAndSendBack() {
  const { partnerCentral, requests } = await openRawAws({
    GetOpportunity: ANSWER,
    UpdateOpportunity: '{"Id":"O1","LastModifiedDate":"2026-01-02T03:04:06Z"}',
  });
  const read = await partnerCentral.read(GET_RAW_OPPORTUNITY, { catalog: 'SANDBOX', id: 'O1' });
  if (read.type !== 'ok') throw new Error(read.message);
  const written = await partnerCentral.write(UPDATE_OPPORTUNITY, read.value.json);
  const [, update] = requests;
  if (update === undefined) throw new Error('The update was not sent.');
  return { read: read.value, written, update };
}

test('a record is sent back exactly as AWS wrote it, with members that the SDK does not know', async () => {
  const { read, written, update } = await readAndSendBack();
  expect(written).toEqual({ type: 'ok', value: { modifiedAt: Date.UTC(2026, 0, 2, 3, 4, 6) } });
  expect(update.body).toBe(ANSWER.replace('\\u00e9', 'é'));
  expect(read.record).toMatchObject({ id: 'O1', project: { title: 'café 😀' } });
  expect(stringifyExactJson(read.json)).toBe(update.body);
});

test('the length and the signature are those of the body that is sent', async () => {
  const { update } = await readAndSendBack();
  expect(update.headers['content-length']).toBe(String(Buffer.byteLength(update.body)));
  expect(update.headers['x-amz-target']).toBe('AWSPartnerCentralSelling.UpdateOpportunity');
  expect(update.headers.authorization).toContain(`Signature=${signatureOf(update)}`);
});

test('a record made of JSON is the record that the SDK reads', async () => {
  const { read } = await readAndSendBack();
  expect(opportunityFromJson(read.json, 'SANDBOX', 'O1')).toEqual(read.record);
});

test.each([
  ['no JSON', '<html>'],
  ['a list', '[]'],
  ['an object without members', '{}'],
])('an answer that is %s does not count as a record', async (_case, answer) => {
  const { partnerCentral } = await openRawAws({ GetOpportunity: answer });
  const read = await partnerCentral.read(GET_RAW_OPPORTUNITY, { catalog: 'SANDBOX', id: 'O1' });
  expect(read.type).toBe('unknown');
});

/** Signature Version 4, computed from what arrived. */
function signatureOf({ headers, body }: RawRequest): string {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const [, scope = '', names = ''] =
    /Credential=[^/]+\/([^,]+), ?SignedHeaders=([^,]+)/.exec(headers.authorization ?? '') ?? [];
  const signed = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const request = ['POST', '/', '', signed.join(''), names, hash(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', String(headers['x-amz-date']), scope, hash(request)].join('\n');
  const key = scope
    .split('/')
    .reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${RAW_CREDENTIALS.secretAccessKey}`);
  return hmac(key, toSign).toString('hex');
}
