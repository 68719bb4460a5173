/** What evidence costs: CPU of a record, the wait for the disk where a pack requires it, bytes of a line, and how fast all of it is verified. */
import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signingKey } from '../core/audit/note/note-keys.ts';
import type { DecisionInput, IntentInput } from '../core/audit/record.ts';
import { leafHash, nodeHash } from '../core/audit/tree/compact-range.ts';
import { verifyChunks } from '../core/audit/verify-chunks.ts';
import { readAuditLimits } from '../sidecar/audit/limits.ts';
import { AuditLog } from '../sidecar/audit/log.ts';
import { readAuditFile } from '../sidecar/audit/read-files.ts';
import { SYSTEM_CLOCK } from '../sidecar/clock.ts';
import { scratch } from './gate.ts';
import type { Row } from './results.ts';
import { quantileOf, round, spread } from './statistics.ts';

const KEY = signingKey('sallyport/default/office', Buffer.alloc(32, 7));
/** Calls that end together, as they do where many are open: their lines share a write. */
const TOGETHER = 16;
const PER_SECOND = 500;

interface Effort {
  readonly rounds: number;
  /** Calls of a round. */
  readonly calls: number;
}

export async function measureAudit({ rounds, calls }: Effort, command: string): Promise<Row[]> {
  const folder = mkdtempSync(join(scratch(), 'audit-'));
  try {
    const [asynchronous, required]: [number[], number[]] = [[], []];
    for (let i = 0; i <= rounds; i += 1) {
      const [one, two] = [
        await cpuOf(join(folder, `a${i}`), calls, false),
        await cpuOf(join(folder, `r${i}`), calls / 4, true),
      ];
      // The first round warms up.
      if (i === 0) continue;
      asynchronous.push(one);
      required.push(two);
    }
    const disk = await diskAlone(join(folder, 'disk'), calls / 60);
    const waits = await waitsAt(PER_SECOND, join(folder, 'waits'), calls / 20);
    return [
      cpuRow('async-cpu', asynchronous, 10, command),
      cpuRow('required-cpu', required, 40, command),
      {
        result: {
          name: 'audit/required-p99',
          value: round(quantileOf(waits, 0.99), 2),
          unit: 'ms',
          aim: { max: 2 },
          command,
        },
        note: `the median is ${round(quantileOf(waits, 0.5), 2)}; ${PER_SECOND} calls a second, each synced before it is sent; a sync alone takes this disk ${round(quantileOf(disk, 0.5), 2)}, p99 ${round(quantileOf(disk, 0.99), 2)}`,
      },
      ...(await verification(join(folder, 'a1', 'audit.jsonl'), rounds, calls, command)),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function cpuRow(name: string, values: readonly number[], max: number, command: string): Row {
  const { median, min, max: most } = spread(values);
  return {
    result: { name: `audit/${name}`, value: round(median, 1), unit: 'µs', aim: { max }, command },
    note: `${round(min, 1)} to ${round(most, 1)}; all threads, with writing${name === 'required-cpu' ? ', syncing and two lines a call' : ''}`,
  };
}

function openLog(folder: string): AuditLog {
  const limits = readAuditLimits({ SALLYPORT_AUDIT_FILE_SIZE: '1Gi', SALLYPORT_AUDIT_SIZE: '3Gi' });
  return AuditLog.open({
    file: join(folder, 'audit.jsonl'),
    stream: 'default/office/1/2026-11-21T10:15:00.000Z',
    server: 'default/office',
    clock: SYSTEM_CLOCK,
    signer: KEY,
    limits,
  });
}

/** Processor time of a call's evidence, all threads of the process. */
async function cpuOf(folder: string, calls: number, isRequired: boolean): Promise<number> {
  const log = openLog(folder);
  const before = process.cpuUsage();
  for (let done = 0; done < calls; done += TOGETHER) {
    if (isRequired) await Promise.all(Array.from({ length: TOGETHER }, () => requiredCall(log)));
    else for (let call = 0; call < TOGETHER; call += 1) log.append(decision());
    if (log.queuedBytes > 1024 * 1024) await sleep(20);
  }
  await log.close();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

async function requiredCall(log: AuditLog): Promise<void> {
  const intent = await new Promise<number | undefined>((resolve, reject) => {
    const seq = log.intend(intended(), (error) => (error === undefined ? resolve(seq) : reject(error)));
  });
  log.append({ ...decision(), intent });
}

/** How long each call waits for the disk, milliseconds: sent when it is due, whatever became of those before. */
async function waitsAt(perSecond: number, folder: string, calls: number): Promise<number[]> {
  const log = openLog(folder);
  const began = performance.now();
  const running: Promise<number>[] = [];
  for (let sent = 0; sent < calls; sent += 1) {
    const early = began + (sent * 1000) / perSecond - performance.now();
    if (early > 0) await sleep(early);
    const at = performance.now();
    running.push(requiredCall(log).then(() => performance.now() - at));
  }
  const waits = await Promise.all(running);
  await log.close();
  return waits;
}

/** What the disk takes for a line that is written and synced, one after the other, without any of ours. Milliseconds. */
async function diskAlone(file: string, lines: number): Promise<number[]> {
  const handle = await open(file, 'a');
  const line = Buffer.alloc(800, 0x2e);
  const times: number[] = [];
  for (let i = 0; i < lines; i += 1) {
    const began = performance.now();
    await handle.write(line);
    await handle.datasync();
    times.push(performance.now() - began);
  }
  await handle.close();
  return times;
}

async function verification(file: string, rounds: number, calls: number, command: string): Promise<Row[]> {
  const bytes = readFileSync(file);
  const [speeds, clocked, limits]: [number[], number[], number[]] = [[], [], []];
  for (let i = 0; i <= rounds; i += 1) {
    const [began, before] = [performance.now(), process.cpuUsage()];
    const report = await verifyChunks(readAuditFile(file), { keys: [KEY.verifier] });
    const [took, { user, system }] = [performance.now() - began, process.cpuUsage(before)];
    if (!report.ok || report.proof.unsigned > 0)
      throw new Error(`the log is not whole: ${JSON.stringify(report.findings)}`);
    const limit = hashing(bytes);
    if (i === 0) continue;
    speeds.push(bytes.length / (user + system));
    clocked.push(bytes.length / took / 1000);
    limits.push(limit);
  }
  const { median, min, max } = spread(speeds);
  return [
    {
      result: { name: 'audit/verify', value: round(median, 0), unit: 'MB/s', aim: { min: 100 }, command },
      note: `${round(min, 0)} to ${round(max, 0)}, of processor time; ${round(spread(clocked).median, 0)} by the clock; the three SHA-256 of each line alone ${round(spread(limits).median, 0)}`,
    },
    {
      result: { name: 'audit/bytes', value: round(bytes.length / calls, 0), unit: 'B', aim: { max: 1024 }, command },
      note: 'a call that was answered, with principal, session, trace and digest',
    },
  ];
}

/** Nothing but what has to be hashed: the line, its leaf and, once a line on average, a node of the tree. MB/s of processor time. */
function hashing(bytes: Buffer): number {
  const before = process.cpuUsage();
  let node: Uint8Array = Buffer.alloc(32);
  for (let start = 0, end = bytes.indexOf(0x0a); end !== -1; start = end + 1, end = bytes.indexOf(0x0a, start))
    node = nodeHash(node, leafHash(hash('sha256', bytes.subarray(start, end), 'hex')));
  const { user, system } = process.cpuUsage(before);
  return bytes.length / (user + system);
}

function intended(): IntentInput {
  const { latency: _latency, outcome: _outcome, ...intent } = decision();
  return intent;
}

function decision(): DecisionInput {
  return {
    argumentsHmac: '2b906448762674fd13137d1035b66f631bb7cc232f516aa281eb2cf2b1ee43c0',
    decision: {
      effect: 'Allow',
      mode: 'Enforce',
      reason: 'forwarded',
      revision: 'sha256:fd5cba00bb97f56bc22f3d918c4bbda587167e68c72c601e752123aa68c44db3',
      rules: ['default/office#documents'],
    },
    latency: { sallyportMs: 0.794, upstreamMs: 2.413 },
    method: 'tools/call',
    outcome: 'answered',
    principal: { groups: ['agents'], kind: 'token', name: 'office-agent' },
    session: 'dd4ddd38-4f23-4eae-8b96-3437319259be',
    time: Date.now(),
    tool: 'write_document',
    traceId: '9036c99ff08de4abe64bf3be963d733e',
  };
}
