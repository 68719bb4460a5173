/** The image of the sidecar as itself: with the rights that injection gives it, beside a server that it shares loopback with. */
import { chmodSync } from 'node:fs';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanupAfterAll } from '../../support/cleanup.ts';
import { connectV2, textOf } from '../../support/clients.ts';
import { eventually } from '../../support/eventually.ts';
import { MountedVolume } from '../../support/mounted-volume.ts';
import { bundleOf } from '../../support/policy.ts';
import { IMAGE, type Images, buildImages } from '../images.ts';
import { type Docker, useDocker } from '../support/docker.ts';

const MCP = 8484;
const ADMIN = 8485;
const UPSTREAM = 3001;
const MEGABYTE = 1e6;
/**
 * After a few calls: the first one brings 18 MB of code into memory. Measured: 117, and 96 where the system takes back what is cold. A leap
 * would be a new dependency.
 */
const IDLE_LIMIT_MB = 125;

/** What testcontainers has no method for. */
class Sidecar extends GenericContainer {
  constructor() {
    super(IMAGE.sidecar);
    this.hostConfig.ReadonlyRootfs = true;
  }
}

const { defer } = cleanupAfterAll();
let docker: Docker;
let images: Images;
let upstream: StartedTestContainer;
let sidecar: StartedTestContainer;
let bundle: MountedVolume;

const address = (port: number): string => `http://${upstream.getHost()}:${upstream.getMappedPort(port)}`;
const admin = (path: string): Promise<Response> => fetch(`${address(ADMIN)}${path}`);

beforeAll(async () => {
  // Its helper for cleaning up is an image of its own, which cannot be pulled everywhere; what is started here is stopped here.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  docker = await useDocker();
  defer(() => docker.stop());
  if (docker.host !== undefined) process.env['DOCKER_HOST'] = docker.host;
  images = await buildImages(docker);

  // As in a pod: one network for both, in which the server listens on loopback only.
  upstream = await new GenericContainer(IMAGE.mcpServers)
    .withEnvironment({ HOST: '127.0.0.1', PORT: String(UPSTREAM) })
    .withExposedPorts(MCP, ADMIN)
    .withWaitStrategy(Wait.forLogMessage(/listening/))
    .start();
  defer(() => upstream.stop({ timeout: 1000 }));
  const pack = { tools: [{ names: ['echo', 'slow'], effect: 'Allow' as const }] };
  // Where Docker's ports are reached is not loopback everywhere, and other names have to be said.
  const { text } = bundleOf(pack, { anonymous: true, hosts: [upstream.getHost()] });
  bundle = new MountedVolume({ 'bundle.json': text });
  defer(() => bundle.close());
  chmodSync(bundle.path, 0o755);
  sidecar = await new Sidecar()
    .withNetworkMode(`container:${upstream.getId()}`)
    .withDroppedCapabilities('ALL')
    .withSecurityOpt('no-new-privileges')
    .withTmpFs({ '/var/lib/sallyport': 'rw,mode=0700,uid=65532' })
    .withBindMounts([{ source: bundle.path, target: '/etc/sallyport/policy', mode: 'ro' }])
    .withEnvironment({
      SALLYPORT_UPSTREAM: `http://127.0.0.1:${UPSTREAM}/mcp`,
      SALLYPORT_SERVER: 'finance/ledger',
      SALLYPORT_BUNDLE_DIR: '/etc/sallyport/policy',
      SALLYPORT_STATE_DIR: '/var/lib/sallyport',
    })
    .withWaitStrategy(Wait.forLogMessage(/listening/))
    .start();
  defer(() => sidecar.stop({ timeout: 1000 }));
}, 180_000);
afterAll(() => {
  delete process.env['DOCKER_HOST'];
});

/** What a program prints that is run inside of the sidecar's container. */
async function inside(program: string): Promise<string> {
  const { output, exitCode } = await sidecar.exec(['node', '-e', program]);
  expect(output + exitCode).toMatch(/0$/);
  return output.trim();
}

describe('the sidecar image', () => {
  it('adds at most 15 MB to its base', () => {
    const bytes = images.ownBytes[IMAGE.sidecar] ?? Number.NaN;
    console.log(`${IMAGE.sidecar}: ${(bytes / MEGABYTE).toFixed(1)} MB over its base`);
    expect(bytes).toBeLessThan(15 * MEGABYTE);
  });

  it(
    'runs as nobody in particular, with no capability, and can write to its state alone',
    { tags: ['confined-gate'] },
    async () => {
      const status = await inside('process.stdout.write(require("fs").readFileSync("/proc/1/status"))');
      expect(status).toMatch(/^Uid:\s+65532\s+65532/m);
      expect(status).toMatch(/^CapEff:\s+0+$/m);
      expect(status).toMatch(/^CapBnd:\s+0+$/m);
      expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
      const write = (path: string): string =>
        `try { require("fs").writeFileSync("${path}", ""); console.log("written") } catch (error) { console.log(error.code) }`;
      expect(await inside(write('/app/sidecar.mjs'))).toBe('EROFS');
      expect(await inside(write('/tmp/file'))).toBe('EROFS');
      expect(await inside(write('/var/lib/sallyport/file'))).toBe('written');
    },
  );

  it('is healthy and ready, and lets through what the policy allows and nothing else', async () => {
    expect((await admin('/healthz')).status).toBe(200);
    await eventually('it is ready', async () => (await admin('/readyz')).status === 200);
    const client = await connectV2(`${address(MCP)}/mcp`, 'auto');
    try {
      expect(textOf(await client.callTool({ name: 'echo', arguments: { text: 'hello' } }))).toContain('hello');
      const refused = await client.callTool({ name: 'danger', arguments: {} });
      expect(refused.isError).toBe(true);
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name).toSorted()).toEqual(['echo', 'slow']);
    } finally {
      await client.close();
    }
  });

  it('needs little memory when nobody calls', async () => {
    const status = await inside('process.stdout.write(require("fs").readFileSync("/proc/1/status"))');
    const megabytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
    console.log(`${IMAGE.sidecar}: ${megabytes.toFixed(0)} MB resident when idle`);
    expect(megabytes).toBeLessThan(IDLE_LIMIT_MB);
  });

  it('SIGTERM: finishes the call that runs, takes no more, and ends with 0', async () => {
    const client = await connectV2(`${address(MCP)}/mcp`, 'auto');
    const running = client.callTool({ name: 'slow', arguments: { ms: 1500 } });
    await eventually('the call has reached the server', async () => {
      const logs = await docker.docker(['logs', upstream.getId()]);
      // The body of the request is a string in the line of JSON that the fixture prints.
      return logs.includes(String.raw`\"ms\":1500`);
    });
    const told = performance.now();
    await docker.docker(['kill', '--signal=TERM', sidecar.getId()]);
    const ended = docker.docker(['wait', sidecar.getId()]);
    expect(textOf(await running)).toContain('slept');
    expect((await ended).trim()).toBe('0');
    // Not after the whole time that it may take to drain: the connection of a client that waits for nothing holds it up no longer.
    expect(performance.now() - told).toBeLessThan(10_000);
    await expect(admin('/healthz')).rejects.toThrow();
    await client.close().catch(() => {});
  });
});
