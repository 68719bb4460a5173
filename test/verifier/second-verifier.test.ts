/**
 * Both verifiers on the same logs: what is committed, what people do to logs, and logs in which something is changed at random. The
 * second one was written from docs/audit-proofs.md alone.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KEY, signedStream, WITNESS } from '../../core/audit/testing/signed-stream.ts';
import { readWitnessed } from '../../core/audit/witnessed-notes.ts';
import type { Report } from '../../core/audit/report.ts';
import { verifyChunks } from '../../core/audit/verify-chunks.ts';
import { cached } from '../cluster/support/cache.ts';
import { run } from '../cluster/support/command.ts';
import { go } from '../cluster/tools.ts';
import { VECTORS, type Vector, VERIFIER_KEY, WITNESS_KEY } from './vectors.ts';

interface Second {
  readonly ok: boolean;
  readonly problem?: string;
  readonly signed: number;
  readonly witnessed: number;
  readonly lines: number;
}

const folder = mkdtempSync(join(tmpdir(), 'second-verifier-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let program: string;
beforeAll(async () => {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of ['go.mod', 'main.go']) hash.update(readFileSync(join(import.meta.dirname, file)));
  const key = join('tools', `second-verifier-${hash.digest('hex').slice(0, 12)}`);
  const built = await cached(key, 'Building the second verifier of audit logs (once)', async (draft) => {
    await run(go(), ['build', '-trimpath', '-o', join(draft, 'verifier'), '.'], {
      cwd: import.meta.dirname,
      env: { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-buildvcs=false' },
      timeoutMs: 5 * 60_000,
    });
  });
  program = join(built, 'verifier');
});

type How = Pick<Vector, 'list' | 'isWhole'>;

function second(text: string, { list, isWhole = false }: How = {}): Second {
  const file = join(folder, 'audit.jsonl');
  writeFileSync(file, text);
  const options = isWhole ? ['-whole'] : [];
  if (list !== undefined) {
    writeFileSync(join(folder, 'witnessed'), list);
    options.push('-witnessed', join(folder, 'witnessed'), '-witness', WITNESS_KEY);
  }
  const { stdout } = spawnSync(program, [...options, VERIFIER_KEY, file], { encoding: 'utf8', timeout: 30_000 });
  return JSON.parse(stdout) as Second;
}

function first(text: string, { list, isWhole = false }: How = {}): Promise<Report> {
  const kept = list === undefined ? [] : readWitnessed(list, 'witnessed', [WITNESS.verifier]);
  if ('problem' in kept) throw new Error(kept.problem);
  return verifyChunks([Buffer.from(text)], { keys: [KEY.verifier], kept, isWhole });
}

test.each(VECTORS)('$name', async (vector) => {
  const { name, lines, problem, signed, witnessed = 0, list } = vector;
  const text = `${lines.join('\n')}\n`;
  await expect(text).toMatchFileSnapshot(`vectors/${name}.jsonl`);
  if (list !== undefined) await expect(list).toMatchFileSnapshot(`vectors/${name}.witnessed`);
  const report = await first(text, vector);
  const own = { problem: report.findings[0]?.code, signed: report.proof.signed, witnessed: report.proof.witnessed };
  expect(own).toEqual({ problem: problem?.[0], signed, witnessed });
  const other = second(text, vector);
  expect({ problem: other.problem, signed: other.signed, witnessed: other.witnessed }).toEqual({
    problem: problem?.[1],
    signed,
    witnessed,
  });
});

test('what is to be said of each log is committed with it', async () => {
  const expected = VECTORS.map(({ name, problem, signed, witnessed = 0, list, isWhole = false }) => ({
    log: `${name}.jsonl`,
    whole: isWhole,
    witnessedList: list === undefined ? null : `${name}.witnessed`,
    firstFinding: problem?.[0] ?? null,
    signed,
    witnessed,
  }));
  await expect(`${JSON.stringify(expected, null, 2)}\n`).toMatchFileSnapshot('vectors/expected.json');
});

test('the keys of the logs are committed with them', async () => {
  await expect(`${VERIFIER_KEY}\n`).toMatchFileSnapshot('vectors/audit.pub');
  await expect(`${WITNESS_KEY}\n`).toMatchFileSnapshot('vectors/witness.pub');
});

test('wherever a byte of a signed log is changed, both find it', { tags: ['evidence'] }, async () => {
  const text = `${signedStream({ decisions: 20, signAfter: [4, 11, 20], closes: false }).join('\n')}\n`;
  const bytes = Buffer.from(text);
  // 131 is no divisor of the length of a line: all parts of lines have their turn.
  for (let at = 0; at < bytes.length - 1; at += 131) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    const isLast = at > text.lastIndexOf('\n', text.length - 2);
    const [report, other] = [await first(changed.toString('latin1')), second(changed.toString('latin1'))];
    // Of the last line only its own checkpoint can tell; where that is not hit, nothing in the log can.
    if (!isLast) expect([at, report.ok, other.ok]).toEqual([at, false, false]);
    else expect([at, report.ok]).toEqual([at, other.ok]);
  }
});
