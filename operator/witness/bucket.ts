/**
 * A bucket of an S3-compatible store, as far as evidence needs it: objects are put once, under a lock (S3 Object Lock) that nobody shortens
 * in mode COMPLIANCE, whoever has the keys of this process.
 */
import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';

export interface BucketCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface BucketPlace {
  /** Of the bucket and what all names begin with, such as `https://s3.example.com/evidence/sallyport/`. */
  readonly url: string;
  readonly region: string;
  readonly mode: 'COMPLIANCE' | 'GOVERNANCE';
}

const TIMEOUT_MS = 30_000;

export class Bucket {
  readonly #client: AwsClient;
  readonly #place: BucketPlace;

  constructor(place: BucketPlace, credentials: BucketCredentials) {
    this.#place = place;
    this.#client = new AwsClient({ ...credentials, service: 's3', region: place.region, retries: 0 });
  }

  /** Locked until then (milliseconds since the epoch). Rejects with a sentence where the store does not take it, or does not lock it. */
  async put(name: string, body: string, until: number): Promise<void> {
    const { url, mode } = this.#place;
    const response = await this.#client.fetch(new URL(name, url.endsWith('/') ? url : `${url}/`), {
      method: 'PUT',
      body,
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        // A request that locks has to say what it carries (Amazon S3, PutObject).
        'content-md5': createHash('md5').update(body).digest('base64'),
        'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
        'x-amz-object-lock-mode': mode,
        'x-amz-object-lock-retain-until-date': new Date(until).toISOString(),
        'if-none-match': '*',
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    // It is there already: an answer was lost.
    if (response.ok || response.status === 412) return;
    throw new Error(`the bucket answers ${response.status}${codeIn(text)}`);
  }
}

/** The rest of an error quotes the request, with its signature. */
function codeIn(text: string): string {
  const code = /<Code>([A-Za-z]{1,64})<\/Code>/.exec(text)?.[1];
  return code === undefined ? '' : ` ${code}`;
}

/** As the tools of AWS name them in the environment. Throws an Error that says which is missing. */
export function bucketCredentials(env: { readonly [name: string]: string | undefined }): BucketCredentials {
  const named = (name: string): string => {
    const value = env[name];
    if (value !== undefined && value !== '') return value;
    throw new Error(
      `${name} is not set, and witness.bucket needs it: name a Secret with it in witness.bucket.secretName`,
    );
  };
  const sessionToken = env['AWS_SESSION_TOKEN'];
  return {
    accessKeyId: named('AWS_ACCESS_KEY_ID'),
    secretAccessKey: named('AWS_SECRET_ACCESS_KEY'),
    ...(sessionToken === undefined || sessionToken === '' ? {} : { sessionToken }),
  };
}
