import { createPublicKey, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../../test/support/eventually.ts';
import { testAuthority } from '../testing/certificates.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import type { Pair, Unfit } from '../tls/pair.ts';
import type { OperatorAnswer, OperatorRequest } from './client.ts';
import { ServingFeed } from './serving-certificate.ts';

const authority = testAuthority();

function feed(answerTo: (publicKey: KeyObject, asked: number) => OperatorAnswer) {
  const reads: (Pair | Unfit)[] = [];
  const asked: OperatorRequest[] = [];
  const caFile = join(temporaryFolder(), 'ca.crt');
  writeFileSync(caFile, authority.ca);
  const client = {
    async request(request: OperatorRequest): Promise<OperatorAnswer> {
      asked.push(request);
      return answerTo(createPublicKey((request.body as { publicKey: string }).publicKey), asked.length);
    },
  };
  const made = new ServingFeed({ client, caFile, clock: Date, onRead: (read) => reads.push(read) });
  onTestFinished(() => made.close());
  return { reads, asked };
}

test('asks for a certificate to a key of its own, until it gets one', async () => {
  const { reads, asked } = feed((publicKey, times) =>
    times === 1
      ? { status: 503, body: { error: 'not now' } }
      : { status: 200, body: { certificate: authority.certify(publicKey) } },
  );
  await eventually('a certificate', () => reads.length === 2);
  expect(reads).toEqual([
    { problem: 'the operator gave no certificate: HTTP 503: not now' },
    expect.objectContaining({ key: expect.stringContaining('PRIVATE KEY') }),
  ]);
  expect(asked.map(({ path }) => path)).toEqual(['/v1/serving-certificate', '/v1/serving-certificate']);
  expect(JSON.stringify(asked)).not.toContain('PRIVATE');
});

test.each([
  ['none', {}, 'tls.crt is missing'],
  ['that of another key', { certificate: authority.issue().cert }, 'tls.key does not belong to tls.crt'],
])('does not take %s', async (_, body, problem) => {
  const { reads } = feed(() => ({ status: 200, body }));
  await eventually('it is said', () => reads.length > 0);
  expect(reads[0]).toEqual({ problem: expect.stringContaining(problem) });
});
