/** Copies of witnessed checkpoints in a real S3 store: it checks each signature, keeps versions, and lets nobody delete what is locked. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cosigningKey } from '../../core/audit/note/note-keys.ts';
import { readWitnessed } from '../../core/audit/witnessed-notes.ts';
import { Caches } from '../../operator/caches.ts';
import { SYSTEM_CLOCK } from '../../operator/kit/clock.ts';
import { Bucket, bucketCredentials } from '../../operator/witness/bucket.ts';
import { WitnessCopies } from '../../operator/witness/copies.ts';
import { roundOf } from '../../operator/witness/round.ts';
import { ShownStream } from '../../operator/witness/testing/shown.ts';
import { go } from '../cluster/tools.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { type S3Server, startS3Server } from '../support/s3/server.ts';

const { defer } = cleanupAfterEach();
const HOUR = 3_600_000;
const WITNESS = cosigningKey('sallyport-witness/sallyport-system', Buffer.alloc(32, 8));

let store: S3Server;
beforeAll(async () => {
  if (hasGo()) store = await startS3Server();
}, 15 * 60_000);
afterAll(() => store?.stop());

function hasGo(): boolean {
  if (process.env['CI'] === 'true') return true;
  try {
    return existsSync(go());
  } catch (error) {
    console.log(
      `The copies of witnessed checkpoints are not tested: ${error instanceof Error ? error.message : String(error)}`,
    );
    return false;
  }
}

const bucketAt = (url: string, more: Partial<S3Server['credentials']> = {}): Bucket =>
  new Bucket({ url, region: 'us-east-1', mode: 'COMPLIANCE' }, { ...store.credentials, ...more });

describe.skipIf(!hasGo())('with an S3 server', () => {
  test('what the operator holds is in the bucket, verifies, and cannot be deleted by its owner', async () => {
    const url = await store.bucket();
    const caches = new Caches();
    const streams = [new ShownStream('ledger-1').grow(3), new ShownStream('ledger-2').grow(5)];
    const submitted = streams.map((stream) => stream.shown(0));
    const { put: entries } = roundOf(new Map(), submitted, [WITNESS], Date.now());
    const metadata = { namespace: 'sallyport-system', name: 'sallyport-witness-0' };
    caches.witness.set({ apiVersion: 'v1', kind: 'ConfigMap', metadata, entries, left: undefined });
    const [stop, registry] = [new AbortController(), new Registry()];
    defer(() => stop.abort());
    const copies = new WitnessCopies({
      ...{ caches, registry, clock: SYSTEM_CLOCK, everyMs: 60_000, retainForMs: HOUR },
      bucket: bucketAt(`${url}sallyport`),
      log: pino({ level: 'silent' }),
    });
    void copies.start(stop.signal);
    await eventually('a copy is kept', async () => (await registry.metrics()).includes('outcome="kept"} 1'));
    const list = await (await store.fetch(`${url}?list-type=2`)).text();
    const key = /<Key>(sallyport\/[^<]+\.witnessed)<\/Key>/.exec(list)?.[1] ?? expect.fail(list);
    const kept = await store.fetch(`${url}${key}`);
    const read = readWitnessed(await kept.text(), key, [WITNESS.verifier]);
    expect(read).toMatchObject(streams.map(({ origin }) => ({ origin })));
    const version = kept.headers.get('x-amz-version-id') ?? '';
    expect((await store.fetch(`${url}${key}?versionId=${version}`, { method: 'DELETE' })).status).toBe(403);
    const shorter = `<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>${new Date(Date.now() + 60_000).toISOString()}</RetainUntilDate></Retention>`;
    const retention = `${url}${key}?retention&versionId=${version}`;
    const headers = { 'content-md5': createHash('md5').update(shorter).digest('base64') };
    const refused = await store.fetch(retention, { method: 'PUT', body: shorter, headers });
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('object lock')]);
    // A deletion without a version hides it, and no more.
    await store.fetch(`${url}${key}`, { method: 'DELETE' });
    expect((await store.fetch(`${url}${key}?versionId=${version}`)).status).toBe(200);
  });

  test('one of the same name is not written over: its answer was lost', async () => {
    const url = await store.bucket();
    await bucketAt(url).put('a', 'first', Date.now() + HOUR);
    await bucketAt(url).put('a', 'second', Date.now() + HOUR);
    expect(await (await store.fetch(`${url}a`)).text()).toBe('first');
  });

  test.each([
    ['a bucket without object lock', () => store.bucket(false), {}, /^the bucket answers 400 \w+$/],
    [
      'a wrong secret',
      () => store.bucket(),
      { secretAccessKey: 'another' },
      /^the bucket answers 403 SignatureDoesNotMatch$/,
    ],
    [
      'no bucket',
      () => Promise.resolve(new URL('/nothing/', store.origin).href),
      {},
      /^the bucket answers 404 NoSuchBucket$/,
    ],
  ])('%s is said in a sentence, without the request', async (_, url, more, says) => {
    await expect(bucketAt(await url(), more).put('a', 'b', Date.now() + HOUR)).rejects.toThrow(says);
  });
});

test('keys that are missing are named', () => {
  expect(() => bucketCredentials({ AWS_ACCESS_KEY_ID: 'x' })).toThrow(/^AWS_SECRET_ACCESS_KEY is not set/);
  expect(bucketCredentials({ AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y', AWS_SESSION_TOKEN: 'z' })).toEqual({
    accessKeyId: 'x',
    secretAccessKey: 'y',
    sessionToken: 'z',
  });
});
