import { describe, expect, it } from 'vitest';
import { registerEval } from './eval.ts';
import { folderWith, type Ran, runCli } from './testing/run-cli.ts';
import { runHere } from './testing/run-here.ts';

const line = (id: string, label: string, value: string, param = 'path', shape = 'path_traversal/dotdot'): string =>
  `${JSON.stringify({ id, class: shape, label, value, param })}\n`;

function run(content: string, ...options: string[]): Promise<Ran> {
  const folder = folderWith({ 'rows.jsonl': content });
  return runHere(registerEval, ['eval', `${folder}/rows.jsonl`, ...options]);
}

const ROWS =
  line('a-1', 'attack', '../../etc/passwd') +
  line('a-2', 'attack', 'notes.txt') +
  line('b-1', 'benign', 'a/b.txt', 'path', 'paths') +
  line('b-2', 'benign', '/data/x', 'path', 'paths') +
  line('p-1', 'benign', 'roses', 'poem', 'poems');

describe('eval', () => {
  it('ends with 0 whatever the rates are, with a row for each class', async () => {
    const { code, stdout, stderr } = await run(ROWS);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^path_traversal\/dotdot +attack +2 +1 caught +50\.00 %/m);
    expect(stdout).toMatch(/^paths +benign +2 +1 flagged/m);
    expect(stdout).toContain('1 of type poem (poems)');
    expect(stdout).not.toContain('a-2');
  });

  it('lists what went wrong before the table', async () => {
    const { stdout } = await run(ROWS, '--misses');
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'a-2  path_traversal/dotdot  path  not caught  "notes.txt"',
      'b-2  paths  path  flagged (path: outside-roots)  "/data/x"',
      '',
    ]);
  });

  it('holds paths against the folders that are named', async () => {
    expect((await run(ROWS, '--misses', '--root', '/data', '--root', '/srv')).stdout).not.toContain('b-2');
  });

  it('holds URLs against the hosts that are named', async () => {
    const rows =
      line('u-1', 'attack', 'https://evil.example/', 'url', 'ssrf') + line('h-1', 'benign', 'a.com', 'host', 'hosts');
    expect((await run(rows, '--misses')).stdout).toContain('u-1');
    const { stdout } = await run(rows, '--misses', '--host', 'a.com');
    expect(stdout).not.toContain('u-1');
    expect(stdout).not.toContain('h-1');
  });

  it('prints JSON, with the misses in it', async () => {
    const { stdout } = await run(ROWS, '-o', 'json', '--misses');
    expect(JSON.parse(stdout)).toMatchObject({
      classes: [{ class: 'path_traversal/dotdot', rows: 2, found: 1, rate: 0.5 }, { class: 'paths' }],
      uninspected: [{ param: 'poem', classes: ['poems'], rows: 1 }],
      misses: [
        { id: 'a-2', value: 'notes.txt' },
        { id: 'b-2', finding: { detector: 'path', reason: 'outside-roots', evidence: '/data/x' } },
      ],
    });
  });

  it.each([
    ['a file that is not there', ['missing.jsonl'], 1, 'cannot read missing.jsonl: it does not exist'],
    [
      'a host that is a URL',
      ['x.jsonl', '--host', 'https://a.com'],
      2,
      '--host https://a.com is not a host; write for',
    ],
    ['a root that is not absolute', ['x.jsonl', '--root', 'data'], 2, '--root data is not absolute; write for example'],
  ])('says so of %s', async (_, args, code, sentence) => {
    const ran = await runHere(registerEval, ['eval', ...args]);
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).toContain(sentence);
  });

  it('ends with 1 where nothing could be measured', async () => {
    const { code, stdout, stderr } = await run(line('p-1', 'benign', 'roses', 'poem', 'poems'));
    expect(code).toBe(1);
    expect(stdout).toContain('1 of type poem (poems)');
    expect(stderr).toBe('sallyport: nothing was measured: 1 rows, none of a type with a detector\n');
  });

  it('names the line of a wrong row', async () => {
    const { code, stderr } = await run(`${ROWS}nonsense\n`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/rows\.jsonl:6: is no JSON object; .*\n$/);
  });

  it('explains rows and exit codes in its help', async () => {
    const { code, stdout } = await runCli(['eval', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('class is family/shape');
    expect(stdout).toContain('Exit codes: 0 measured');
  });
});
