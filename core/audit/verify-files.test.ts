import { describe, expect, test } from 'vitest';
import { Chain, lineHash } from './chain.ts';
import * as gate from './gate-record.ts';
import * as record from './record.ts';
import type { Report } from './report.ts';
import { KEY, signedStream } from './testing/signed-stream.ts';
import { verifyFiles, type AuditFile } from './verify-files.ts';
import { Verifier } from './verify.ts';

function call(i: number, intent?: number) {
  return record.decisionRecord({ ...intended(i), intent, latency: { sallyportMs: 1 }, outcome: 'answered' });
}

function intended(i: number): record.IntentInput {
  return {
    decision: { effect: 'Allow', mode: 'Enforce', reason: 'still-open', revision: null, rules: [] },
    method: 'tools/call',
    principal: { groups: [], kind: 'token', name: 'ann' },
    time: i,
    tool: `tool-${i}`,
    traceId: `trace-${i}`,
  };
}

/** One stream in `count` files of three lines each. */
function series(count: number, released?: gate.Released): string[][] {
  const chain = new Chain({ stream: 's', server: 'ns/n' });
  return Array.from({ length: count }, (_, i) => [
    chain.append(i === 0 ? gate.openRecord(0) : gate.continueRecord(i, { file: `audit-00000${i}`, reason: 'size' })),
    chain.append(i === count - 1 && released !== undefined ? gate.releaseRecord(i, released) : call(i)),
    chain.append(i === count - 1 ? gate.closeRecord(i) : call(i)),
  ]);
}

function asFile(name: string, lines: readonly string[], rest = ''): AuditFile {
  const fields = JSON.parse(lines[0] ?? '{}') as { prev: string; time: string };
  return {
    name,
    firstPrev: fields.prev,
    firstTime: fields.time,
    firstHash: lineHash(lines[0] ?? ''),
    bytes: lines.join('\n').length + 1 + rest.length,
    lastHash: lineHash(rest === '' ? (lines.at(-1) ?? '') : rest),
    read: () => [Buffer.from(`${lines.join('\n')}\n${rest}`)],
  };
}

const found = ({ findings }: Report): string[] => findings.map(({ file, line, code }) => `${file}:${line} ${code}`);
const warned = ({ warnings }: Report): string[] => warnings.map(({ file, line, code }) => `${file}:${line} ${code}`);

describe('files of one log', () => {
  const [a = [], b = [], c = []] = series(3);

  test('are verified in the order of their links, whatever order they come in', async () => {
    for (const order of [
      [a, b, c],
      [c, a, b],
      [b, c, a],
    ]) {
      const report = await verifyFiles(order.map((lines) => asFile(`f${[a, b, c].indexOf(lines)}`, lines)));
      expect(report).toMatchObject({ ok: true, files: 3, lines: 9, records: 9, streams: 1, warnings: [] });
      expect(report.head).toBe(lineHash(c.at(-1) ?? ''));
    }
  });

  test('of which one is missing', async () => {
    expect(found(await verifyFiles([asFile('b', b), asFile('c', c)]))).toEqual(['b:1 missing-files']);
    expect(found(await verifyFiles([asFile('a', a), asFile('c', c)]))).toEqual(['c:1 missing-files']);
  });

  test('of which the first were let go, on record', async () => {
    const last = lineHash(a.at(-1) ?? '');
    const [, two = [], three = []] = series(3, { bytes: 1, file: 'audit-000001.jsonl', last });
    const report = await verifyFiles([asFile('b', two), asFile('c', three)]);
    expect(found(report)).toEqual([]);
    expect(warned(report)).toEqual(['b:1 released-files']);
  });

  test('of which another was let go than the one that is missing', async () => {
    const last = lineHash(a.at(-1) ?? '');
    const files = series(4, { bytes: 1, file: 'audit-000001.jsonl', last });
    const kept = files.slice(2).map((lines, i) => asFile(`f${i}`, lines));
    expect(found(await verifyFiles(kept))).toEqual(['f0:1 missing-files']);
  });

  test('of which one was edited at its end shows in the file after it', async () => {
    const edited = a.with(2, (a[2] ?? '').replace('answered', 'refused'));
    expect(found(await verifyFiles([asFile('a', edited), asFile('b', b)]))).toEqual(['b:1 missing-files']);
  });

  test('of which one is there twice', async () => {
    const files = [asFile('a', a), asFile('b', b), asFile('copy', b), asFile('c', c)];
    const report = await verifyFiles(files);
    expect(report).toMatchObject({ ok: true, records: 9 });
    expect(warned(report)).toEqual(['copy:3 copy']);
  });

  test('and of another gate beside it', async () => {
    const other = new Chain({ stream: 'o', server: 'ns/n' });
    const lines = [other.append(gate.openRecord(9)), other.append(gate.closeRecord(9))];
    const report = await verifyFiles([asFile('a', [...a, ...b, ...c]), asFile('other', lines)]);
    expect(report).toMatchObject({ ok: true, streams: 2 });
    expect(warned(report)).toEqual(['other:1 separate-chain']);
  });

  test('of which one is torn at its end, and the next run goes on from that', async () => {
    const torn = '{"decision":{"eff';
    const next = new Chain({ stream: 't', server: 'ns/n', head: { hash: lineHash(torn) } });
    const lines = [next.append(gate.openRecord(9, { file: 'a', reason: 'start' })), next.append(gate.closeRecord(9))];
    const report = await verifyFiles([asFile('t', lines), asFile('a', a, torn)]);
    expect(found(report)).toEqual([]);
    expect(warned(report)).toEqual(['a:4 torn-line', 'a:4 missing-close']);
    expect(found(await verifyFiles([asFile('a', a, torn)]))).toEqual(['a:4 partial-line']);
  });

  test('say where a head that was noted is', async () => {
    const files = [asFile('a', a), asFile('b', b)];
    const report = await verifyFiles(files, { expectHead: lineHash(a[1] ?? '') });
    expect(report).toMatchObject({ expectedHeadLine: 2, expectedHeadFile: 'a' });
  });
});

describe('a call of which there is an intent', () => {
  function verify(...bodies: record.Link[]): Report {
    const chain = new Chain({ stream: 's', server: 'ns/n' });
    const verifier = new Verifier();
    for (const body of [gate.openRecord(0), ...bodies]) verifier.push(chain.append(body));
    return verifier.finish();
  }

  test('and an end is like any other', () => {
    expect(verify(record.intentRecord(intended(1)), call(1, 1), gate.closeRecord(2)).warnings).toEqual([]);
  });

  test('and no end is named, with who made it', () => {
    const { ok, warnings } = verify(record.intentRecord(intended(1)), record.intentRecord(intended(2)), call(2, 2));
    expect(ok).toBe(true);
    expect(warnings).toMatchObject([
      { code: 'missing-close' },
      {
        line: 2,
        code: 'call-without-end',
        message: expect.stringContaining('(tools/call "tool-1" by ann, trace trace-1)'),
      },
    ]);
  });
});

describe('copies', () => {
  const [a = [], b = []] = series(2);

  test('of a file that has grown since, or of all of it, are counted once', async () => {
    const report = await verifyFiles([asFile('a', a), asFile('old', a.slice(0, 2)), asFile('b', b), asFile('b2', b)]);
    expect(report).toMatchObject({ ok: true, files: 2, records: 6, streams: 1 });
    expect(warned(report)).toEqual(['old:2 copy', 'b2:3 copy']);
  });

  test('in which something was changed are told, whichever of the two it was', async () => {
    const edited = [a[0] ?? '', (a[1] ?? '').replace('tool-0', 'tool-9'), a[2] ?? ''];
    expect(found(await verifyFiles([asFile('a', a), asFile('copy', edited)]))).toEqual(['copy:2 edited']);
  });

  test('that go on in another way and are signed by nobody are none either', async () => {
    const own = signedStream({ decisions: 12 });
    const forged = signedStream({ decisions: 9, signAfter: [], closes: false, secondsEach: 30, tool: 'x' });
    const files = [asFile('a', own), asFile('copy', forged)];
    expect(found(await verifyFiles(files, { keys: [KEY.verifier] }))).toEqual(['copy:10 two-successors']);
    const begun = [asFile('a', own), asFile('copy', own.slice(0, 3))];
    expect(found(await verifyFiles(begun, { keys: [KEY.verifier] }))).toEqual([]);
  });

  test('that go on in another way are none: one of the two is forged', async () => {
    const chain = new Chain({ stream: 's', server: 'ns/n' });
    const other = [chain.append(gate.openRecord(0)), chain.append(call(7))];
    expect(found(await verifyFiles([asFile('a', a), asFile('b', b), asFile('copy', other)]))).toEqual([
      'copy:2 two-successors',
    ]);
  });
});
