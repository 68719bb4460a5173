import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanupAfterEach } from '../../test/support/cleanup.ts';
import { lacksS3, S3 } from '../../test/support/s3.ts';
import { Bucket, BucketError } from './bucket.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const clock = { now: () => NOW, monotonic: () => NOW };
const { defer } = cleanupAfterEach();
const bytes = Buffer.from('some bytes');

function bucketAt(endpoint: string, lockMs?: number): Bucket {
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
  return new Bucket({ ...credentials, endpoint, bucket: 'records', region: 'eu-central-1', lockMs }, clock);
}

describe.skipIf(lacksS3() !== undefined)('a real store', () => {
  let s3: S3;
  beforeAll(async () => {
    s3 = await S3.start();
  }, 300_000);
  afterAll(() => s3?.close());

  test('gives back what was put, under any name', async () => {
    const bucket = bucketAt(`${s3.endpoint}/`);
    const key = 'default/files/host%2F2026-11-21T10:00:00.000Z/1.jsonl.gz';
    await bucket.put(key, bytes);
    await bucket.put(key, bytes);
    expect(await bucket.get(key)).toEqual(bytes);
  });

  test('says what it has not got', async () => {
    await expect(bucketAt(s3.endpoint).get('nothing')).rejects.toThrow(/^GET nothing: HTTP 404 .*NoSuchKey/s);
  });
});

test('a store that is away is said to be', async () => {
  await expect(bucketAt('http://127.0.0.1:1').put('key', bytes)).rejects.toThrow(BucketError);
  await expect(bucketAt('http://127.0.0.1:1').get('key')).rejects.toThrow('the bucket cannot be reached');
});

test('what is put is signed, has its digest, and is locked where that is asked for', async () => {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    request.resume().on('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  defer(() => new Promise((resolve) => server.close(resolve)));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await bucketAt(endpoint).put('key', bytes);
  await bucketAt(endpoint, 86_400_000).put('key', bytes);
  const [plain = {}, locked = {}] = seen;
  expect(plain).toMatchObject({ 'content-md5': createHash('md5').update(bytes).digest('base64') });
  expect(plain.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=key\/\d{8}\/eu-central-1\/s3\/aws4_request/);
  expect(plain['x-amz-object-lock-mode']).toBeUndefined();
  expect(locked).toMatchObject({
    'x-amz-object-lock-mode': 'COMPLIANCE',
    'x-amz-object-lock-retain-until-date': '2026-11-22T12:00:00.000Z',
  });
  expect(locked.authorization).toContain('x-amz-object-lock-mode');
});
