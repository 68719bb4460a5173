import { describe, expect, it } from 'vitest';
import { ada, tool } from '../../testing/gen.ts';
import { earlierWords, noteOf } from './earlier-call.ts';

const now = Date.parse('2026-11-30T12:02:00Z');
const event = {
  ...{ principal: ada, session: undefined, server: 'finance/ledger', labels: [], labelsInShadow: [] },
  ...{
    args: undefined,
    argumentsHmac: undefined,
    secret: Buffer.alloc(16),
    verdict: undefined,
    now,
    id: `${'ab'.repeat(16)}-7`,
  },
};
const wordsOf = (name: string, agoMs: number, server = 'finance/ledger') => {
  const note = noteOf({ ...event, target: tool(name) });
  return earlierWords({ kind: 'mark', holds: false, last: { agoMs, note } }, now, server);
};

describe('an earlier call', () => {
  it('is named with its time and its trace', () => {
    const trace = 'ab'.repeat(16);
    expect(wordsOf('read', 120_000)).toBe(
      `tool "read" was called 2 minutes ago (2026-11-30T12:00:00Z, trace ${trace})`,
    );
    expect(wordsOf('read', 3)).toContain('was called just now (');
  });

  it('is named with its server where that is another one', () => {
    expect(wordsOf('read', 3, 'finance/mail')).toContain('tool "read" of finance/ledger was called');
  });

  it('may have any name: it is quoted, and long ones are cut', () => {
    expect(wordsOf('a\nb "c"', 3)).toContain(String.raw`tool "a\nb \"c\"" was called`);
    expect(noteOf({ ...event, target: tool('x'.repeat(1000)) })).toHaveLength(300);
  });

  it.each(['', 'nonsense', 'spoon\na\nb\nc'])('is none in the note %j', (note) => {
    expect(earlierWords({ kind: 'mark', holds: false, last: { agoMs: 1, note } }, now, 'a/b')).toBeUndefined();
  });

  it('is none where nothing came before', () => {
    expect(earlierWords({ kind: 'mark', holds: true, last: undefined }, now, 'a/b')).toBeUndefined();
  });
});
