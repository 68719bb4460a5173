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
import { KEY, signedStream } from '../../core/audit/testing/signed-stream.ts';
import { verifyChunks } from '../../core/audit/verify-chunks.ts';
import { cached } from '../cluster/support/cache.ts';
import { run } from '../cluster/support/command.ts';
import { go } from '../cluster/tools.ts';
import { VECTORS, VERIFIER_KEY } from './vectors.ts';

interface Second {
  readonly ok: boolean;
  readonly problem?: string;
  readonly signed: number;
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

function second(text: string): Second {
  const file = join(folder, 'audit.jsonl');
  writeFileSync(file, text);
  const { stdout } = spawnSync(program, [VERIFIER_KEY, file], { encoding: 'utf8', timeout: 30_000 });
  return JSON.parse(stdout) as Second;
}

const first = (text: string) => verifyChunks([Buffer.from(text)], { keys: [KEY.verifier] });

test.each(VECTORS)('$name', async ({ name, lines, problem, signed }) => {
  const text = `${lines.join('\n')}\n`;
  await expect(text).toMatchFileSnapshot(`vectors/${name}.jsonl`);
  const report = await first(text);
  expect({ problem: report.findings[0]?.code, signed: report.proof.signed }).toEqual({ problem: problem?.[0], signed });
  const other = second(text);
  expect({ problem: other.problem, signed: other.signed }).toEqual({ problem: problem?.[1], signed });
});

test('the key of the logs is committed with them', async () => {
  await expect(`${VERIFIER_KEY}\n`).toMatchFileSnapshot('vectors/audit.pub');
});

test('wherever a byte of a signed log is changed, both find it', async () => {
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
