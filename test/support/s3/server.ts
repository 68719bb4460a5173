/** A real S3 server on loopback (Versity S3 Gateway, over a folder), built from the Go module proxy on first use: versions, locks and signatures. */
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsClient } from 'aws4fetch';
import { cached } from '../../cluster/support/cache.ts';
import { run } from '../../cluster/support/command.ts';
import { go } from '../../cluster/tools.ts';
import { eventually } from '../eventually.ts';
import { freePort } from '../ports.ts';

const CREDENTIALS = { accessKeyId: 'test-access', secretAccessKey: 'test-secret-of-nobody' };
const BUILD_LIMIT_MS = 10 * 60_000;

export interface S3Server {
  readonly origin: string;
  readonly credentials: typeof CREDENTIALS;
  /** Of a new bucket, with a slash at its end; `locks`: with object lock, which a bucket has from its beginning or never. */
  bucket(locks?: boolean): Promise<string>;
  /** Signed by the owner of all buckets. */
  fetch(url: string, init?: RequestInit): Promise<Response>;
  stop(): Promise<void>;
}

export async function startS3Server(): Promise<S3Server> {
  const program = await built();
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-s3-'));
  const [data = '', meta = '', versions = ''] = ['data', 'meta', 'versions'].map((name) => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  });
  const port = await freePort();
  const child = spawn(
    program,
    ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', '--sidecar', meta, '--versioning-dir', versions, data],
    {
      env: { ROOT_ACCESS_KEY: CREDENTIALS.accessKeyId, ROOT_SECRET_KEY: CREDENTIALS.secretAccessKey },
      stdio: 'ignore',
    },
  );
  const exited = once(child, 'exit');
  const client = new AwsClient({ ...CREDENTIALS, service: 's3', region: 'us-east-1', retries: 0 });
  const origin = `http://127.0.0.1:${port}`;
  await eventually('the S3 server answers', async () => (await client.fetch(`${origin}/`).catch(() => undefined))?.ok);
  let buckets = 0;
  return {
    origin,
    credentials: CREDENTIALS,
    async bucket(locks = true) {
      const url = `${origin}/bucket-${(buckets += 1)}`;
      const headers = locks ? { 'x-amz-bucket-object-lock-enabled': 'true' } : {};
      const { ok, status } = await client.fetch(url, { method: 'PUT', headers });
      if (!ok) throw new Error(`the bucket was not made: ${status}`);
      return `${url}/`;
    },
    fetch: (url, init) => client.fetch(url, init),
    async stop() {
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}

async function built(): Promise<string> {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(import.meta.dirname, file)));
  const key = join('tools', `versitygw-${hash.digest('hex').slice(0, 12)}`);
  const folder = await cached(key, 'Building an S3 server from source (once)', async (draft) => {
    const source = 'github.com/versity/versitygw/cmd/versitygw';
    await run(go(), ['build', '-trimpath', '-ldflags', '-s -w', '-o', join(draft, 'versitygw'), source], {
      cwd: import.meta.dirname,
      env: { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-buildvcs=false' },
      timeoutMs: BUILD_LIMIT_MS,
    });
  });
  return join(folder, 'versitygw');
}
