import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decisionLine, REDACTED, REFUSED } from '../../core/audit/testing/records.ts';
import { registerAudit } from '../audit.ts';
import { folderWith } from '../testing/run-cli.ts';
import { runHere } from '../testing/run-here.ts';

const audit = (...args: string[]) => runHere(registerAudit, ['audit', ...args]);
const OPEN = '{"event":"open","seq":0,"server":"default/files","stream":"s1","time":"2026-11-21T09:59:00.000Z"}';
const LOG = [
  OPEN,
  decisionLine({ time: Date.parse('2026-11-21T10:00:00Z') }),
  decisionLine({ time: Date.parse('2026-11-21T10:01:00Z'), outcome: 'refused', traceId: 'trace-2' }, REFUSED),
  'not a record',
  decisionLine({ time: Date.parse('2026-11-21T10:02:00Z'), session: 'session-2', tool: 'a\u202eb' }, REDACTED),
];
const log = (): string => join(folderWith({ 'audit.jsonl': `${LOG.join('\n')}\n` }), 'audit.jsonl');

describe('sallyport audit search', () => {
  it('prints a line for each decision, harmless in a terminal', async () => {
    const { code, stdout } = await audit('search', log());
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      '2026-11-21T10:00:00.000Z  #0  me  tools/call read_file  Allow answered',
      '2026-11-21T10:01:00.000Z  #0  me  tools/call read_file  Deny refused (denied)  default/files#roots',
      String.raw`2026-11-21T10:02:00.000Z  #0  me  tools/call a\u{202e}b  Redact answered  default/dlp#secrets`,
      '',
    ]);
  });

  it('prints only what is asked for', async () => {
    const { stdout } = await audit('search', log(), '--effect', 'Deny', '--since', '2026-11-21T10:01');
    expect(stdout.split('\n')).toHaveLength(2);
    expect((await audit('search', log(), '--all', '--until', '2026-11-21T10:00')).stdout).toBe(
      '2026-11-21T09:59:00.000Z  #0  open\n',
    );
  });

  it('prints the lines themselves', async () => {
    const { stdout } = await audit('search', log(), '--session', 'session-1', '-o', 'jsonl');
    expect(stdout).toBe(`${LOG[1]}\n${LOG[2]}\n`);
  });

  it.each([
    [['--since', 'yesterday'], '--since yesterday is no time; write 90s, 30m, 2h'],
    [['--effect', 'Maybe'], 'Allowed choices are Allow, Log, Redact'],
  ])('refuses %j', async (args, words) => {
    const { code, stderr } = await audit('search', log(), ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });

  it('follows no pipe, which would keep it waiting', async () => {
    const { code, stderr } = await audit('search', '/dev/null', '--follow');
    expect(code).toBe(2);
    expect(stderr).toContain('/dev/null cannot be followed');
  });

  it('says that a file to follow is not there', async () => {
    const { code, stderr } = await audit('search', '/nowhere/audit.jsonl', '--follow');
    expect(code).toBe(2);
    expect(stderr).toContain('cannot read /nowhere/audit.jsonl');
  });

  it('follows one file only', async () => {
    const folder = folderWith({ 'audit.jsonl': `${OPEN}\n` });
    const { code, stderr } = await audit('search', folder, '--follow');
    expect(code).toBe(2);
    expect(stderr).toContain('only one file can be followed; give the one that is written to: audit.jsonl');
  });
});

describe('sallyport audit show', () => {
  it('prints all that a record says', async () => {
    const { stdout } = await audit('show', 'trace-2', log());
    expect(stdout).toBe(`2026-11-21T10:01:00.000Z  me: tools/call read_file was refused (a rule denies it)
    call: refused by default/files#roots
    found in the arguments: paths outside-roots at /path (default/files#roots)
  record   0 of s1
  server   default/files
  caller   me (token, agents)
  session  session-1
  trace    trace-2
  policy   sha256:1
  time     0.5 ms in the gate, 2 ms until the server answered
`);
  });

  it('says that there is no such record', async () => {
    expect(await audit('show', '99', log())).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('sallyport audit story', () => {
  it('lists sessions, the latest first', async () => {
    const { stdout } = await audit('story', log());
    expect(stdout).toBe(`session-2  me  1 records  2026-11-21T10:02:00.000Z to 2026-11-21T10:02:00.000Z
session-1  me  2 records, 1 refused  2026-11-21T10:00:00.000Z to 2026-11-21T10:01:00.000Z
Tell one of them: --session ID
`);
  });

  it('tells one of them', async () => {
    const { stdout } = await audit('story', log(), '--session', 'session-1');
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      '2026-11-21T10:00:00.000Z  me: tools/call read_file was answered',
      '2026-11-21T10:01:00.000Z  me: tools/call read_file was refused (a rule denies it)',
    ]);
  });

  it('says that nothing is of a session that is not there', async () => {
    const { code, stderr } = await audit('story', log(), '--session', 'x');
    expect(code).toBe(1);
    expect(stderr).toContain('nothing in these files is of it; list the sessions');
  });
});
