import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Chain } from '../../core/audit/chain.ts';
import { closeRecord, openRecord } from '../../core/audit/gate-record.ts';
import { decisionRecord } from '../../core/audit/record.ts';
import { registerAudit } from '../audit.ts';
import { folderWith, runCli } from '../testing/run-cli.ts';
import { runHere } from '../testing/run-here.ts';

const START = Date.parse('2026-11-21T10:00:00Z');

/** A stream of an open record, some decisions and a close record. */
function lines(): { text: string[]; head: string } {
  const chain = new Chain({ stream: 's1', server: 'default/files' });
  const decision = (seconds: number) =>
    decisionRecord({
      decision: { effect: 'Allow', mode: 'Enforce', reason: 'r', revision: null, rules: [] },
      latency: { sallyportMs: 1 },
      method: 'tools/call',
      outcome: 'ok',
      principal: null,
      time: START + seconds * 1000,
      traceId: 't',
    });
  const text = [
    chain.append(openRecord(START)),
    ...[1, 2, 3].map((seconds) => chain.append(decision(seconds))),
    chain.append(closeRecord(START + 4000)),
  ];
  return { text, head: chain.head };
}

const file = (text: readonly string[]): string =>
  join(folderWith({ 'audit.jsonl': `${text.join('\n')}\n` }), 'audit.jsonl');
const verify = (...args: string[]) => runHere(registerAudit, ['audit', 'verify', ...args]);

describe('sallyport audit verify', () => {
  it('says what a good file holds, and what it cannot know of it', async () => {
    const { text, head } = lines();
    expect(await verify(file(text))).toEqual({
      code: 0,
      stdout: `OK: 5 records, 1 stream, from 2026-11-21T10:00:00.000Z to 2026-11-21T10:00:04.000Z
head ${head}
Not checked: whether the end was cut off. Keep the head, or what \`sallyport audit checkpoint\` prints, elsewhere, and give it with --head or --checkpoint next time.
`,
      stderr: '',
    });
  });

  it('checks the end against a head noted elsewhere', async () => {
    const { text, head } = lines();
    const whole = await verify(file(text), '--head', head);
    expect(whole.code).toBe(0);
    expect(whole.stdout).toContain('the expected head is line 5\n');
    const cut = await verify(file(text.slice(0, 3)), '--head', head);
    expect(cut.code).toBe(1);
    expect(cut.stdout).toContain('audit.jsonl:3: head-not-found: ');
  });

  it.each([
    [
      'an edit',
      (text: string[]) => text.map((line, at) => (at === 2 ? line.replace('"ok"', '"no"') : line)),
      ':3: edited: ',
    ],
    ['a gap', (text: string[]) => text.toSpliced(2, 1), ':3: missing-records: '],
    ['a reorder', (text: string[]) => [text[0], text[2], text[1], ...text.slice(3)].map(String), 'out-of-order'],
    ['a line of something else', (text: string[]) => text.with(1, 'hello'), ':2: broken-json: '],
  ])('finds %s and names the line', async (_, tamper, words) => {
    const { code, stdout } = await verify(file(tamper(lines().text)));
    expect(code).toBe(1);
    expect(stdout).toContain(words);
    expect(stdout).toMatch(/^NOT OK: \d+ findings?, /m);
  });

  it('prints the whole report as JSON', async () => {
    const { code, stdout } = await verify(file(lines().text.toSpliced(2, 1)), '-o', 'json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      records: 4,
      findings: [{ line: 3, code: 'missing-records' }],
    });
  });

  it('does so in a process of its own', async () => {
    const { code, stdout } = await runCli(['audit', 'verify', file(lines().text.toSpliced(1, 1))]);
    expect(code).toBe(1);
    expect(stdout).toContain('NOT OK');
  });

  it.each([
    ['a file that is not there', ['/nowhere/audit.jsonl'], 'cannot read /nowhere/audit.jsonl: it does not exist'],
    ['a folder without one', [import.meta.dirname], 'holds no audit file; their names end in .jsonl'],
    ['standard input besides a file', ['-', 'x'], '- stands for all there is to read; give it alone'],
    ['a head that is none', ['x', '--head', 'abc'], '--head is not a hash; give the 64 hex digits'],
  ])('ends with 2 for %s', async (_, args, sentence) => {
    const { code, stdout, stderr } = await verify(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(sentence);
  });

  it('verifies a folder, whatever its files are called, in the order of their links', async () => {
    const { text } = lines();
    const folder = folderWith({
      'audit.jsonl.2': `${text.slice(0, 2).join('\n')}\n`,
      'audit.jsonl.1': `${text.slice(2, 4).join('\n')}\n`,
      'audit.jsonl': `${text[4]}\n`,
      'audit.jsonl.lock': '1\n',
      'digest.key': 'k',
    });
    const whole = await verify(folder);
    expect(whole.code).toBe(0);
    expect(whole.stdout).toMatch(/^OK: 3 files, 5 records, 1 stream, from /);
    const part = await verify(join(folder, 'audit.jsonl'), join(folder, 'audit.jsonl.1'));
    expect(part.code).toBe(1);
    expect(part.stdout).toContain(`${join(folder, 'audit.jsonl.1')}:1: missing-beginning: `);
  });

  it('says of a single file that it goes on from another', async () => {
    const chain = new Chain({ stream: 's1', server: 'default/files', head: { hash: 'a'.repeat(64) } });
    const text = [
      chain.append(openRecord(START, { file: 'audit-000001.jsonl', reason: 'start' })),
      chain.append(closeRecord(START)),
    ];
    const { code, stdout } = await verify(file(text));
    expect(code).toBe(0);
    expect(stdout).toContain(':1: warning, continued: Line 1 goes on from another file, which was not looked at');
  });

  it('finds fault with an empty file', async () => {
    const path = join(folderWith({ 'audit.jsonl': '' }), 'audit.jsonl');
    expect(await verify(path)).toMatchObject({
      code: 1,
      stdout: `${path}:0: empty: The file has no line.\nNOT OK: 1 finding, 0 records, 0 streams\n`,
    });
  });

  it('says of a name that leads in a circle that it cannot be read, and reads the others of its folder', async () => {
    const folder = folderWith({ 'audit.jsonl': `${lines().text.join('\n')}\n` });
    const circle = join(folder, 'audit-000001.jsonl');
    symlinkSync(circle, circle);
    expect(await verify(folder)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^OK: 5 records/) as string });
    expect(await verify(circle)).toMatchObject({ code: 2, stderr: expect.stringContaining('ELOOP') as string });
  });
});
