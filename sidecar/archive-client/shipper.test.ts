/** With real audit logs in real files; what the archive answers, a test says. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { signingKey } from '../../core/audit/note/note-keys.ts';
import { cleanupAfterEach } from '../../test/support/cleanup.ts';
import { eventually } from '../../test/support/eventually.ts';
import { AuditLog } from '../audit/log.ts';
import { SYSTEM_CLOCK } from '../clock.ts';
import { ArchiveDouble, confirm } from '../testing/archive-double.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { FilesToShip } from './files-to-ship.ts';
import { ArchiveSender, type ShipFailure } from './sender.ts';
import { Shipper } from './shipper.ts';

const { use, defer } = cleanupAfterEach();
const SIGNER = signingKey('sallyport/default/files', Buffer.alloc(32, 1));
const LIMITS = { fileBytes: 4096, fileAgeMs: 3_600_000, totalBytes: 1_000_000, keepMs: undefined };

let file: string;
let archive: ArchiveDouble;
let streams = 0;
beforeEach(async () => {
  file = join(temporaryFolder(), 'audit.jsonl');
  archive = await use(ArchiveDouble.start());
});

function openLog(archived?: Shipper): AuditLog {
  const log = AuditLog.open({
    ...{ file, server: 'default/files', clock: SYSTEM_CLOCK, limits: LIMITS, signer: SIGNER, gatherMs: 1 },
    stream: `s${(streams += 1)}`,
    archive: archived === undefined ? undefined : { has: (path) => archived.isAcknowledged(path), letGo() {} },
  });
  defer(() => log.close());
  return log;
}

function decide(log: AuditLog, times: number): void {
  for (let at = 0; at < times; at += 1)
    log.append({
      decision: { effect: 'Allow', mode: 'Enforce', reason: 'forwarded', revision: null, rules: [] },
      latency: { sallyportMs: 1 },
      ...{
        method: 'tools/call',
        outcome: 'answered',
        principal: null,
        tool: `tool-${at}`,
        traceId: '',
        time: Date.now(),
      },
    });
}

interface Watched {
  readonly shipper: Shipper;
  readonly failures: ShipFailure[];
  readonly problems: (string | undefined)[];
  pending: number;
  acknowledged: number;
}

function ship(current: () => string, answerMs = 300): Watched {
  const { cert, key, ca } = archive.certificate;
  const identity = { cert, key, ca };
  const watched: Watched = {
    ...{ failures: [], problems: [], pending: -1, acknowledged: 0 },
    shipper: new Shipper({
      files: new FilesToShip(file, current),
      sender: new ArchiveSender(archive.url, { current: async () => identity }, answerMs),
      lookMs: 10,
      events: {
        acknowledged: (records) => (watched.acknowledged += records),
        pending: (bytes) => (watched.pending = bytes),
        failed: (reason) => watched.failures.push(reason),
        problem: (why) => watched.problems.push(why),
      },
    }),
  };
  defer(() => watched.shipper.close(0));
  watched.shipper.start();
  return watched;
}

/** What came, each line once, in the order in which it came first. */
const arrived = (): string[] => [...new Set(archive.bodies.flatMap((body) => body.trimEnd().split('\n')))];

/** What lies in the folder, the file that is written to last. */
function onDisk(): string[] {
  const folder = join(file, '..');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .toSorted((a, b) => (a === 'audit.jsonl' ? 1 : b === 'audit.jsonl' ? -1 : a < b ? -1 : 1))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'));
}

describe('the log', () => {
  test('goes to the archive as it is written, over all its files, and the rest at the end', async () => {
    const log = openLog();
    const watched = ship(() => log.file);
    for (let round = 0; round < 5; round += 1) {
      decide(log, 10);
      await eventually('it is there', () => arrived().some((line) => line.includes('tool-9')));
    }
    decide(log, 10);
    await log.close();
    await watched.shipper.close(5000);
    expect(arrived()).toEqual(onDisk());
    expect(readdirSync(join(file, '..')).length).toBeGreaterThan(3);
    expect(watched).toMatchObject({ pending: 0, acknowledged: onDisk().length, failures: [] });
  });

  test('that earlier gates have left goes first, and what they have sent does not go again', async () => {
    const first = openLog();
    const before = ship(() => first.file);
    decide(first, 3);
    await eventually('it is there', () => before.pending === 0 && before.acknowledged === 4);
    await before.shipper.close(0);
    await first.close();
    const sent = archive.bodies.length;
    const second = openLog();
    const watched = ship(() => second.file);
    await eventually('the rest is there', () => watched.pending === 0);
    await second.close();
    await watched.shipper.close(5000);
    expect(arrived()).toEqual(onDisk());
    // Its last line, which the next one is linked to.
    expect(archive.bodies[sent]?.split('\n')[0]).toContain('tool-2');
  });

  test('is sent anew where what was remembered is of another file', async () => {
    const log = openLog();
    decide(log, 2);
    await eventually('it is written', () => log.queuedBytes === 0);
    writeFileSync(join(file, '../audit.archived.json'), '{"v":1,"files":{"nonsense":7}}');
    const watched = ship(() => log.file);
    await eventually('it is there', () => watched.pending === 0);
    expect(arrived()).toEqual(onDisk());
  });

  test('that somebody has moved is read to its end before the next file', async () => {
    archive.behaviour = () => ({ status: 503, body: {} });
    const log = openLog();
    const watched = ship(() => log.file);
    decide(log, 3);
    await eventually('it is tried', () => watched.failures.length > 0);
    renameSync(file, join(file, '../moved.1'));
    expect(await log.reopen()).toBe(true);
    await eventually('there is a new one', () => existsSync(file));
    archive.behaviour = confirm;
    archive.bodies.splice(0);
    await eventually('all is there', () => watched.pending === 0 && watched.acknowledged > 4, 20_000);
    expect(arrived().filter((line) => line.includes('"tool":'))).toHaveLength(3);
  });
});

describe('an archive', () => {
  test.for([
    ['that is slow', (): undefined => {}, 'slow'],
    ['that lies', () => ({ status: 200, body: { stream: 's', seq: 0, hash: 'x', added: 0 } }), 'lying'],
    ['that is full', () => ({ status: 503, body: {} }), 'busy'],
  ] as const)('%s gets everything once it is well', async ([, behaviour, failure]) => {
    archive.behaviour = behaviour;
    const log = openLog();
    const watched = ship(() => log.file);
    decide(log, 3);
    await eventually('it is noticed', () => watched.failures.includes(failure));
    expect(watched).toMatchObject({ acknowledged: 0 });
    expect(watched.pending).toBeGreaterThan(0);
    expect(watched.shipper.isAcknowledged(log.file)).toBe(false);
    archive.behaviour = confirm;
    await eventually('all is there', () => watched.pending === 0, 20_000);
    expect(watched.shipper.isAcknowledged(log.file)).toBe(true);
    expect(watched.problems.at(-1)).toBeUndefined();
    expect(arrived()).toEqual(onDisk());
  });

  test('that refuses the lines of a file gets those of the next', async () => {
    archive.behaviour = (body) =>
      body.includes('"seq":0,') ? { status: 409, body: { error: 'a fork' } } : confirm(body);
    const log = openLog();
    const watched = ship(() => log.file);
    decide(log, 30);
    await eventually('a later file is there', () => arrived().some((line) => line.includes('"continue"')));
    expect(watched.failures).toContain('refused');
    expect(watched.problems).toContain('HTTP 409: a fork');
    await eventually('only the first is missing', () => watched.acknowledged > 0 && watched.pending < 5000);
    expect(watched.shipper.isAcknowledged(join(file, '../audit-000001.jsonl'))).toBe(false);
    expect(watched.shipper.isAcknowledged(join(file, '../audit-000002.jsonl'))).toBe(true);
  });

  test('that does not answer holds the end back no longer than it may', async () => {
    archive.behaviour = () => undefined;
    const log = openLog();
    const watched = ship(() => log.file);
    decide(log, 1);
    await log.close();
    const start = performance.now();
    await watched.shipper.close(500);
    expect(performance.now() - start).toBeLessThan(3000);
  });

  test('that was asked before the end, and does not answer, holds it back no longer either', async () => {
    archive.behaviour = () => undefined;
    const log = openLog();
    const watched = ship(() => log.file, 30_000);
    decide(log, 1);
    await eventually('it is asked', () => archive.bodies.length > 0);
    await log.close();
    const start = performance.now();
    await watched.shipper.close(500);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

describe('a folder', () => {
  test('that cannot be listed ends nothing, and is gone on with once it can', async () => {
    const log = openLog();
    const watched = ship(() => log.file);
    decide(log, 1);
    await eventually('all is there', () => watched.pending === 0 && watched.acknowledged === 2);
    const folder = dirname(file);
    renameSync(folder, `${folder}-away`);
    writeFileSync(folder, '');
    await eventually('it is told', () => watched.problems.some((why) => why?.includes('ENOTDIR')));
    rmSync(folder);
    renameSync(`${folder}-away`, folder);
    await eventually('all is well', () => watched.problems.at(-1) === undefined || arrived().length > 1);
    decide(log, 1);
    await eventually('all is there', () => watched.acknowledged === 3, 20_000);
  });

  test('with a file that has a line without an end says so, and what is behind it is not taken for sent', async () => {
    const log = openLog();
    writeFileSync(join(file, '../audit-000001.jsonl'), Buffer.alloc(4 * 1024 * 1024, 'x'));
    const watched = ship(() => log.file);
    decide(log, 1);
    await eventually('the next file is there', () => watched.acknowledged === 2);
    expect(watched.failures).toContain('refused');
    expect(watched.shipper.isAcknowledged(join(file, '../audit-000001.jsonl'))).toBe(false);
  });
});
