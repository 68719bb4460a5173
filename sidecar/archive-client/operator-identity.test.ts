import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { OperatorAnswer, OperatorRequest } from '../operator-client/client.ts';
import { issueForLoopback } from '../testing/certificates.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { OperatorIdentity } from './operator-identity.ts';

/** Its certificates end in 2049; what matters here is when it is asked. */
const { cert, ca } = issueForLoopback();
const END = new X509Certificate(cert).validToDate.getTime();
const START = Date.parse('2026-11-21T00:00:00Z');

let now = START;
let asked: OperatorRequest[] = [];
let answer: OperatorAnswer | Error;
beforeEach(() => {
  now = START;
  asked = [];
  answer = { status: 200, body: { certificate: cert } };
});

function identity(): OperatorIdentity {
  const caFile = join(temporaryFolder(), 'ca.crt');
  writeFileSync(caFile, ca);
  const client = {
    async request(request: OperatorRequest): Promise<OperatorAnswer> {
      asked.push(request);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  return new OperatorIdentity(client, caFile, { now: () => now, monotonic: () => now });
}

test('a certificate is asked for with a new public key, and kept for two thirds of its life', async () => {
  const source = identity();
  const first = await source.current();
  expect(first).toMatchObject({ cert, ca });
  const { publicKey } = (asked[0]?.body ?? {}) as { publicKey?: string };
  expect(createPublicKey(createPrivateKey(first.key)).export({ type: 'spki', format: 'pem' })).toBe(publicKey);
  now = START + ((END - START) * 2) / 3 - 1000;
  expect(await source.current()).toBe(first);
  now += 2000;
  expect((await source.current()).key).not.toBe(first.key);
  expect(asked).toHaveLength(2);
});

test('while the operator is away the one that is there is used to its end, and it is asked once a minute', async () => {
  const source = identity();
  const first = await source.current();
  answer = new Error('away');
  now = START + ((END - START) * 2) / 3 + 1;
  for (let second = 0; second < 120; second += 10) {
    expect(await source.current()).toBe(first);
    now += 10_000;
  }
  expect(asked).toHaveLength(3);
  now = END;
  await expect(source.current()).rejects.toThrow('away');
});

test.for([
  [
    { status: 404, body: { error: 'there is no POST /v1/certificate' } },
    'gave no certificate: HTTP 404: there is no POST',
  ],
  [{ status: 200, body: {} }, 'its answer has none'],
  [{ status: 200, body: undefined }, 'its answer has none'],
] as const)('an operator that gives none: %j', async ([given, why]) => {
  answer = given;
  await expect(identity().current()).rejects.toThrow(why);
});
