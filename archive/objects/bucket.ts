/** A bucket of an S3-compatible store, by path (`https://HOST/BUCKET/KEY`), signed with AWS Signature Version 4. */
import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import type { Clock } from '../../core/clock.ts';

const TIMEOUT_MS = 30_000;
/** Answers to a failure say why in XML. */
const MAX_WORDS = 500;

export interface BucketOptions {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Until when nobody can delete what is put, not even who put it; the bucket has to be made with object lock. */
  readonly lockMs: number | undefined;
}

export class BucketError extends Error {
  override readonly name = 'BucketError';
}

export class Bucket {
  readonly #options: BucketOptions;
  readonly #client: AwsClient;
  readonly #clock: Clock;

  constructor(options: BucketOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    const { accessKeyId, secretAccessKey, region } = options;
    this.#client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 });
  }

  /** Rejects with a BucketError that says what is wrong. */
  async put(key: string, bytes: Buffer): Promise<void> {
    const { lockMs } = this.#options;
    const headers: Record<string, string> = {
      'content-type': 'application/gzip',
      // Asked for by object lock, and a good idea without: what is damaged on the way is refused.
      'content-md5': createHash('md5').update(bytes).digest('base64'),
    };
    if (lockMs !== undefined) {
      headers['x-amz-object-lock-mode'] = 'COMPLIANCE';
      headers['x-amz-object-lock-retain-until-date'] = new Date(this.#clock.now() + lockMs).toISOString();
    }
    await this.#ask(key, { method: 'PUT', body: new Uint8Array(bytes), headers });
  }

  async get(key: string): Promise<Buffer> {
    return Buffer.from(await (await this.#ask(key, { method: 'GET' })).arrayBuffer());
  }

  async #ask(key: string, init: RequestInit): Promise<Response> {
    const { endpoint, bucket } = this.#options;
    const path = [bucket, ...key.split('/')].map(encodeURIComponent).join('/');
    const url = `${endpoint.replace(/\/+$/, '')}/${path}`;
    let words: string;
    try {
      const response = await this.#client.fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (response.ok) return response;
      words = `HTTP ${response.status} ${(await response.text()).slice(0, MAX_WORDS)}`;
    } catch (error) {
      throw new BucketError(`${init.method} ${key}: the bucket cannot be reached`, { cause: error });
    }
    throw new BucketError(`${init.method} ${key}: ${words}`);
  }
}
