/** A gate and an archive as processes: what is recorded is there, whoever of the two is killed when. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ArchiveProcess } from '../support/archive-process.ts';
import { runCli, Workspace } from '../support/cli.ts';
import { lacksPostgres, Postgres } from '../support/postgres.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { modernHeaders, modernRequest } from '../support/messages.ts';
import { MountedVolume } from '../support/mounted-volume.ts';
import { ALLOW_ALL, bundleOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar-process.ts';

// Pauses of a gate between two attempts, and kills: on a busy machine they add up.
vi.setConfig({ testTimeout: 90_000 });

const SERVER = 'finance/ledger';
const { use, defer } = cleanupAfterEach();
let fixture: FixtureServer;
let bundle: MountedVolume;
let archive: ArchiveProcess;
let state: string;
beforeEach(async () => {
  fixture = await use(startFixture());
  bundle = await use(new MountedVolume());
  bundle.swap({ 'bundle.json': bundleOf(ALLOW_ALL).text });
  archive = await use(ArchiveProcess.start());
  state = mkdtempSync(join(tmpdir(), 'sallyport-state-'));
  defer(() => rmSync(state, { recursive: true, force: true }));
});

async function startGate(env: Record<string, string> = {}): Promise<SidecarProcess> {
  return use(
    startSidecar({
      SALLYPORT_UPSTREAM: fixture.url,
      SALLYPORT_BUNDLE_DIR: bundle.path,
      SALLYPORT_STATE_DIR: state,
      ...archive.gateEnv(SERVER),
      ...env,
    }),
  );
}

async function call(gate: SidecarProcess, text: string): Promise<void> {
  await rawExchange(gate.port, {
    headers: modernHeaders('tools/call', 'echo'),
    body: modernRequest('tools/call', { name: 'echo', arguments: { text } }),
  });
}

/** What the files of the gate have, in their order. */
function linesOnDisk(): string[] {
  return readdirSync(state)
    .filter((name) => /^audit(?:-\d+)?\.jsonl$/.test(name))
    .toSorted((a, b) => (a === 'audit.jsonl' ? 1 : b === 'audit.jsonl' ? -1 : a < b ? -1 : 1))
    .flatMap((name) => readFileSync(join(state, name), 'utf8').split('\n'))
    .filter((line) => line !== '');
}

/** All that the archive has of the server, stream by stream. */
async function linesInArchive(): Promise<string[]> {
  const { text } = await archive.get(`/v1/streams?server=${SERVER}`);
  const { streams } = JSON.parse(text) as { streams: { stream: string; torn?: string }[] };
  const all: string[] = [];
  for (const { stream, torn } of streams) {
    all.push(...(await archive.lines(`/v1/lines?server=${SERVER}&stream=${encodeURIComponent(stream)}`)));
    if (torn !== undefined) all.push(Buffer.from(torn, 'base64').toString('utf8'));
  }
  return all;
}

async function isAllThere(): Promise<boolean> {
  return JSON.stringify(await linesInArchive()) === JSON.stringify(linesOnDisk());
}

/** Calls without end, until the returned function is called. */
function load(gate: SidecarProcess): () => Promise<void> {
  const stop = new AbortController();
  const callers = Array.from({ length: 4 }, async (_, caller) => {
    for (let count = 0; !stop.signal.aborted; count += 1) {
      // Whoever is killed does not answer.
      await call(gate, `call ${caller}.${count}`).catch(() => {});
    }
  });
  return async () => {
    stop.abort();
    await Promise.all(callers);
  };
}

describe('a gate with an archive', () => {
  it('brings what it records there while it runs, and the rest when it ends', async () => {
    const gate = await startGate();
    await call(gate, 'one');
    const found = await eventually('the call is in the archive', async () => {
      const lines = await archive.lines('/v1/records?target=echo');
      return lines.length === 1 && lines;
    });
    expect(linesOnDisk()).toContain(found[0]);
    await call(gate, 'two');
    expect(await gate.terminate()).toBe(0);
    expect(await isAllThere()).toBe(true);
    expect(await archive.lines('/v1/records?target=echo')).toHaveLength(2);
    const close = (await linesInArchive()).at(-1) ?? '';
    expect(JSON.parse(close)).toMatchObject({ event: 'close' });
    expect(await archive.metrics()).toMatch(/^sallyport_archive_streams 1$/m);
  });

  it('sends after a kill in the middle of the load what the files have, and the archive has it byte for byte', async () => {
    const first = await startGate();
    const stop = load(first);
    await eventually('something is in the archive', async () => (await archive.lines('/v1/records')).length > 20);
    first.process.kill('SIGKILL');
    await stop();
    const second = await startGate();
    await call(second, 'after');
    await eventually('all is in the archive', isAllThere);
    await second.terminate();
    expect(await isAllThere()).toBe(true);
    expect((await archive.get(`/v1/streams`)).text.match(/"stream":/g)).toHaveLength(2);
  });

  it('loses nothing that was confirmed when the archive is killed in the middle of the load', async () => {
    const gate = await startGate();
    const stop = load(gate);
    for (let round = 0; round < 2; round += 1) {
      const before = (await archive.lines('/v1/records')).length;
      await eventually('more is in the archive', async () => (await archive.lines('/v1/records')).length > before);
      await archive.end('SIGKILL');
      const confirmed = Number(/acknowledged_records_total\{[^}]*\} (\d+)/.exec(await gate.metrics())?.[1]);
      await archive.begin();
      expect((await linesInArchive()).length).toBeGreaterThanOrEqual(confirmed);
    }
    await stop();
    await eventually('all is in the archive', isAllThere, 40_000);
    expect(await gate.metrics()).toMatch(
      /archive_failures_total\{server="finance\/ledger",reason="unreachable"\} [1-9]/,
    );
    await gate.terminate();
    expect(await isAllThere()).toBe(true);
  });

  it('that the archive was away from keeps what it has, and starts and ends without it', async () => {
    await archive.end('SIGTERM');
    const gate = await startGate({ SALLYPORT_ARCHIVE_URL: archive.url });
    await call(gate, 'kept');
    await eventually('it is missed', async () => /pending_bytes\{[^}]*\} [1-9]/.test(await gate.metrics()));
    expect(await gate.terminate()).toBe(0);
    await archive.begin();
    const next = await startGate();
    await eventually(
      'what the gate before has left is in the archive',
      async () => (await archive.lines('/v1/records?target=echo')).length === 1,
    );
    await next.terminate();
    expect(await isAllThere()).toBe(true);
  });
});

describe('the command', () => {
  const run = async (...args: string[]): Promise<{ code: number | null; stdout: string }> => {
    const workspace = await use(new Workspace());
    const command = await use(runCli(workspace, 'audit', ...args));
    const code = await command.exit();
    return { code, stdout: command.out.map((line) => `${line}\n`).join('') };
  };
  const audit = (...args: string[]): ReturnType<typeof run> =>
    run(...args, '--archive-token', archive.tokenFile, '--archive-ca', archive.caFile);

  it('finds in an archive what a pod took along, and verifies it with the key of the gate', async () => {
    const gate = await startGate();
    await call(gate, 'one');
    await eventually('it is in the archive, and signed', async () =>
      (await archive.lines('/v1/records?all=true')).some((line) => line.includes('"event":"checkpoint"')),
    );
    const key = readFileSync(join(state, 'audit.pub'), 'utf8').trim();
    // As if the pod were deleted without its grace.
    gate.process.kill('SIGKILL');
    rmSync(state, { recursive: true, force: true });
    const found = await audit('search', `${archive.url}/${SERVER}`, '--target', 'echo');
    expect([found.code, found.stdout]).toEqual([0, expect.stringContaining('tools/call echo  Allow answered')]);
    const verified = await audit('verify', `${archive.url}/${SERVER}`, '--key', key);
    expect([verified.code, verified.stdout]).toEqual([0, expect.stringMatching(/ \d+ records, 1 stream, from /)]);
    expect(verified.stdout).toMatch(/has no close record: .* What it recorded after 20\S+Z, if anything, is not here/);
    const proof = join(archive.folder, 'proof');
    writeFileSync(proof, (await audit('prove', '1', `${archive.url}/${SERVER}`)).stdout);
    expect((await run('check-proof', proof, '--key', key)).stdout).toContain('PROVEN: record 1');
  });
});

describe('the archive', () => {
  it('takes nothing from who has no certificate, or that of another server', async () => {
    const gate = await startGate(archive.gateEnv('finance/other'));
    await call(gate, 'one');
    await eventually('it is refused', async () =>
      /refused_total\{reason="not-yours"\} [1-9]/.test(await archive.metrics()),
    );
    expect(await archive.lines('/v1/records?all=true')).toEqual([]);
    expect(gate.log.find((line) => line.includes('is a gate of finance/other'))).toBeDefined();
    expect((await archive.ask('POST', '/v1/segments', 'x\n', {})).status).toBe(401);
  });

  it('shows nothing to who has no token', async () => {
    for (const path of ['/v1/records', '/v1/streams', '/v1/lines', '/v1/holds']) {
      expect((await archive.ask('GET', path, undefined, {})).status).toBe(401);
      expect((await archive.get(path, 'another')).status).toBe(401);
    }
  });

  it('ends in order on SIGTERM', async () => {
    expect(await archive.end('SIGTERM')).toBe(0);
  });
});

describe.skipIf(lacksPostgres() !== undefined)('with PostgreSQL', () => {
  it('a restart of the database in the middle loses nothing, and is over when the database is back', async () => {
    const postgres = await use(Postgres.start());
    archive = await use(ArchiveProcess.start({ postgresUrl: await postgres.database() }));
    const gate = await startGate();
    const stop = load(gate);
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
      const before = (await archive.lines('/v1/records')).length;
      await eventually('more is in the archive', async () => (await archive.lines('/v1/records')).length > before);
      await postgres.end(signal);
      await eventually('it is missed', async () => /failures_total\{[^}]*"busy"\} [1-9]/.test(await gate.metrics()));
      expect((await archive.get('/v1/records')).status).toBe(503);
      await postgres.begin();
      await eventually('it is back', async () => (await archive.get('/v1/records')).status === 200);
    }
    await stop();
    await eventually('all is in the archive', isAllThere, 40_000);
    expect(await archive.metrics()).toMatch(/store_failures_total\{reason="append"\} [1-9]/);
    await gate.terminate();
    expect(await isAllThere()).toBe(true);
  });
});
