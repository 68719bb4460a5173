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

describe('sallyport audit export', () => {
  it.each([
    ['csv', /^time,server,.*\r\n2026-11-21T10:00:00\.000Z,default\/files,decision,me,/],
    ['cef', /^CEF:0\|Sallyport\|/],
    ['ocsf', /^\{"activity_id":99,/],
    ['jsonl', /^\{"decision":\{/],
  ])('prints decisions as %s', async (format, beginning) => {
    const { code, stdout } = await audit('export', log(), '--format', format);
    expect(code).toBe(0);
    expect(stdout).toMatch(beginning);
    expect(stdout.trimEnd().split('\n')).toHaveLength(format === 'csv' ? 4 : 3);
  });

  const ESCAPE = decisionLine({ tool: '\u001b[2J\u202e\u009b', session: 'a\nb' });
  it.each(['csv', 'cef', 'ocsf', 'jsonl'])(
    'prints as %s nothing that moves the cursor, nor two lines for one',
    async (format) => {
      const file = join(folderWith({ 'audit.jsonl': `${ESCAPE}\n` }), 'audit.jsonl');
      const { stdout } = await audit('export', file, '--format', format);
      expect(stdout.replaceAll(/[\r\n]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(stdout.trimEnd().split('\n')).toHaveLength(format === 'csv' ? 2 : 1);
    },
  );

  it.each(['csv', 'cef', 'ocsf', 'jsonl'])(
    'prints as %s a line that is nested without end, and the next',
    async (format) => {
      const deep = decisionLine().replace(/\}\n?$/, `,"x":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`);
      const file = join(folderWith({ 'audit.jsonl': `${deep}\n${decisionLine({ tool: 'later' })}\n` }), 'audit.jsonl');
      const { code, stdout } = await audit('export', file, '--format', format);
      expect([code, stdout.includes('later')]).toEqual([0, true]);
    },
  );

  it('wants to know which form', async () => {
    expect((await audit('export', log())).code).toBe(2);
  });
});
