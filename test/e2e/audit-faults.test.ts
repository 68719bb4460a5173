/**
 * What becomes of the audit log when the machine fails it: the rows of "When the machine fails it" in docs/audit.md, with a real sidecar on real
 * files, a real full disk and real kills.
 */
import { closeSync, copyFileSync, openSync, readFileSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseVerifierKey, type VerifierKey } from '../../core/audit/note/note-keys.ts';
import type { Report } from '../../core/audit/report.ts';
import { verifyFiles } from '../../core/audit/verify-files.ts';
import { auditFilesIn, describeAuditFile } from '../../sidecar/audit/read-files.ts';
import { readAudit } from '../support/audit-file.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { messagesIn, modernHeaders, modernRequest } from '../support/messages.ts';
import { MountedVolume } from '../support/mounted-volume.ts';
import { ALLOW_ALL, bundleOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar-process.ts';
import { noSmallDisk, SmallDisk } from '../support/small-disk.ts';

/** Each starts a gate and kills it. */
const ROUNDS = 3;
const MAIN = join(import.meta.dirname, '..', '..', 'sidecar', 'main.ts');
const { use } = cleanupAfterEach();
const missing = noSmallDisk();
if (missing !== undefined) console.warn(`Skipped: what a full disk does to the audit log; ${missing}`);

let fixture: FixtureServer;
let bundle: MountedVolume;
beforeEach(async () => {
  fixture = await use(startFixture());
  bundle = await use(
    new MountedVolume({ 'bundle.json': bundleOf({ ...ALLOW_ALL, audit: { level: 'Required' } }).text }),
  );
});

interface Place {
  /** The state directory as the sidecar sees it, and as this process does. */
  readonly path: string;
  readonly outside: (name?: string) => string;
  readonly within: (...command: readonly string[]) => [string, ...string[]];
}

function start({ path, within }: Place, env: Record<string, string> = {}): Promise<SidecarProcess> {
  const own = { SALLYPORT_UPSTREAM: fixture.url, SALLYPORT_BUNDLE_DIR: bundle.path, SALLYPORT_STATE_DIR: path, ...env };
  return use(startSidecar(own, within(process.execPath, MAIN)));
}

/** A folder that outlives its sidecars. */
async function folder(): Promise<Place> {
  const volume = await use(new MountedVolume());
  return {
    path: volume.path,
    outside: (name = '') => join(volume.path, name),
    within: (...command) => command as [string],
  };
}

async function disk(size: string): Promise<Place & Pick<SmallDisk, 'remount'>> {
  const small = await use(SmallDisk.start(size));
  return {
    path: small.path,
    outside: (name) => small.outside(name),
    within: (...command) => small.within(...command),
    remount: (options) => small.remount(options),
  };
}

/** True where it was answered; the reason, where it was refused. */
async function call({ port }: SidecarProcess): Promise<true | string> {
  const { status, body } = await rawExchange(port, {
    headers: modernHeaders('tools/call', 'echo'),
    body: modernRequest('tools/call', { name: 'echo', arguments: { text: 'hello' } }),
  });
  if (status === 200) return true;
  const [message] = messagesIn(body) as { error?: { code?: number } }[];
  return message?.error?.code === -31011 ? 'audit-unavailable' : `HTTP ${status}`;
}

/** What an auditor does, with the key that the gate has published. */
async function verified({ outside }: Place, keys = publishedKeys(outside('audit.pub'))): Promise<Report> {
  const files = await Promise.all(auditFilesIn(outside()).map((path) => describeAuditFile(path)));
  return verifyFiles(
    files.filter((file) => file !== undefined),
    { keys: keys.length === 0 ? undefined : keys },
  );
}

function publishedKeys(path: string): VerifierKey[] {
  return [parseVerifierKey(readFileSync(path, 'utf8')) ?? []].flat();
}

const codes = (found: readonly { code: string }[]): string[] => found.map(({ code }) => code);
const kill = async (sidecar: SidecarProcess): Promise<void> => {
  sidecar.process.kill('SIGKILL');
  await eventually('it is gone', () => sidecar.process.signalCode !== null);
};

describe.skipIf(missing !== undefined)('the disk is full', () => {
  it('calls are refused, not ready, said by a metric; served again with room, and what was half written is whole', async () => {
    const place = await disk('256k');
    const sidecar = await start(place);
    expect(await call(sidecar)).toBe(true);
    fill(place);
    const refused = await eventually('a call is refused', async () => {
      const answer = await call(sidecar);
      return answer !== true && answer;
    });
    expect(refused).toBe('audit-unavailable');
    const executed = fixture.executed.length;
    expect(await call(sidecar)).toBe('audit-unavailable');
    expect(fixture.executed).toHaveLength(executed);
    expect(await sidecar.readiness()).toMatchObject({ status: 503, body: { audit: 'failed' } });
    expect(await sidecar.metrics()).toMatch(/sallyport_audit_state\{[^}]*state="failed"\} 1/);
    rmSync(place.outside('filler'));
    await eventually('it is served again', async () => (await call(sidecar)) === true);
    expect(await sidecar.terminate()).toBe(0);
    const report = await verified(place);
    expect(report.findings).toEqual([]);
    expect(report.proof.unsigned).toBe(0);
  });

  it('a kill in the middle of a write: the log verifies up to the last whole record, and the next gate goes on', async () => {
    const place = await disk('256k');
    const first = await start(place);
    expect(await call(first)).toBe(true);
    fill(place);
    // The kernel takes what fits, and the rest of the line waits for room.
    await eventually('a line is half in the file', async () => {
      await call(first);
      const text = readFileSync(place.outside('audit.jsonl'), 'utf8');
      return !text.endsWith('\n');
    });
    await kill(first);
    rmSync(place.outside('filler'));
    const second = await start(place);
    expect(await call(second)).toBe(true);
    expect(await second.terminate()).toBe(0);
    const report = await verified(place);
    expect(report).toMatchObject({ findings: [], streams: 2 });
    expect(codes(report.warnings)).toContain('torn-line');
  });
});

describe.skipIf(missing !== undefined)('the volume is read-only', () => {
  it('the gate does not start, and says which file it cannot write', async () => {
    const place = await disk('256k');
    const first = await start(place);
    await first.terminate();
    place.remount('ro');
    await expect(start(place)).rejects.toThrow(/exited with [1-9][^]*EROFS/);
  });
});

describe('a kill under load', { tags: ['evidence'] }, () => {
  it('loses no call that was answered, and the chain goes on, three times in a row', { timeout: 90_000 }, async () => {
    const place = await folder();
    let answered = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const sidecar = await start(place);
      let served = 0;
      const clients = Array.from({ length: 8 }, async () => {
        while (sidecar.process.signalCode === null) if ((await call(sidecar).catch(() => '')) === true) served += 1;
      });
      await eventually('there is load', () => served > 20);
      await sleep(round * 7);
      await kill(sidecar);
      await Promise.all(clients);
      answered += served;
      // No key: what is signed comes five seconds later.
      const report = await verified(place, []);
      expect(report.findings).toEqual([]);
      expect(report.streams).toBe(round + 1);
    }
    const last = await start(place);
    expect(await last.terminate()).toBe(0);
    const report = await verified(place);
    expect(report).toMatchObject({ findings: [], streams: ROUNDS + 1 });
    // Each call that had an answer has its intent, which was on the disk before it was sent.
    const intents = readAudit(place.outside('audit.jsonl')).filter(({ event }) => (event as string) === 'intent');
    expect(intents.length).toBeGreaterThanOrEqual(answered);
  });
});

describe('two gates on one state directory', () => {
  it('each has a file of its own, and together they verify', async () => {
    const place = await folder();
    const [first, second] = [await start(place), await start(place)];
    for (const sidecar of [first, second, first, second]) expect(await call(sidecar)).toBe(true);
    expect([await first.terminate(), await second.terminate()]).toEqual([0, 0]);
    const report = await verified(place);
    expect(report).toMatchObject({ findings: [], files: 2, streams: 2, proof: { unsigned: 0 } });
    expect(codes(report.warnings)).toEqual(['separate-chain']);
  });
});

describe('a rotator copies the file and cuts it', () => {
  it('not ready for a moment, a new file linked to the copy, nothing missing', async () => {
    const place = await folder();
    const sidecar = await start(place);
    for (let i = 0; i < 3; i += 1) expect(await call(sidecar)).toBe(true);
    await sleep(100);
    copyFileSync(place.outside('audit.jsonl'), place.outside('audit.jsonl.1'));
    truncateSync(place.outside('audit.jsonl'), 0);
    await eventually('it is noticed', () => sidecar.log.some((line) => line.includes('was truncated')));
    await eventually('it is served again', async () => (await call(sidecar)) === true);
    expect(await sidecar.terminate()).toBe(0);
    const report = await verified(place);
    expect(report).toMatchObject({ findings: [], files: 2, streams: 1, proof: { unsigned: 0 } });
  });
});

/** All that is left: lines go into what is over of the last page of their file. */
function fill({ outside }: Place): void {
  const file = openSync(outside('filler'), 'w');
  const page = Buffer.alloc(4096);
  expect(() => {
    for (;;) writeSync(file, page);
  }).toThrow(/ENOSPC/);
  closeSync(file);
}
