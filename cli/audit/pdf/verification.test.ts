import { describe, expect, test } from 'vitest';
import type { LogDigest } from '../../../core/audit/reading/digest.ts';
import type { Report } from '../../../core/audit/report.ts';
import type { PageWriter } from './page-writer.ts';
import { type Verified, writeVerification } from './verification.ts';

const WHOLE = { signed: 8, unsigned: 0, witnessed: 0, upTo: { time: '2026-11-21T10:00:00.000Z' } };

/** What is written, each paragraph with its tone. */
function said(given: { ok?: boolean; proof?: object; hasKeys?: boolean; events?: string[]; findings?: object[] }) {
  const { ok = true, proof = WHOLE, hasKeys = true, events = [], findings = [] } = given;
  const paragraphs: string[] = [];
  const page = {
    heading: () => {},
    paragraph: (text: string, tone = 'plain') => void paragraphs.push(`${tone}: ${text}`),
  } as unknown as PageWriter;
  const report = { ok, findings, warnings: [], records: 8, lines: 9, streams: 1, head: 'ab', proof };
  const digest = { changes: { list: events.map((event) => ({ event })), omitted: 0 } };
  writeVerification(page, { report, digest, hasKeys } as unknown as Verified & { report: Report; digest: LogDigest });
  return paragraphs;
}

describe('whether the log is whole', () => {
  test('is answered with yes only where nothing is left open', () => {
    const [first, ...rest] = said({});
    expect(first).toBe('good: Yes: 8 records of 1 run of a gate, with no sign that one was edited, moved or removed.');
    expect(rest.join('\n')).not.toContain('cannot say');
  });

  test.each([
    ['a key that only the log names', { hasKeys: false }, /• whose log it is: .*--key/],
    ['no signature', { proof: { ...WHOLE, upTo: null } }, /• whether it was made up: nothing in it is signed/],
    [
      'a tail without one',
      { proof: { ...WHOLE, unsigned: 1 } },
      /• whether the end was changed: 1 record not signed yet/,
    ],
    ['what could not be written', { events: ['lost'] }, /• what happened while the log could not be written/],
  ])('is not, for %s', (_what, given, limit) => {
    const paragraphs = said(given);
    expect(paragraphs[0]).toMatch(/^plain: As far as can be checked here: 8 records/);
    expect(paragraphs.join('\n')).toMatch(limit);
    expect(paragraphs.join('\n')).not.toMatch(/^good/m);
  });

  test('is answered with no, and what was found, up to twenty', () => {
    const findings = Array.from({ length: 21 }, (_, n) => ({ message: `finding ${n}` }));
    const paragraphs = said({ ok: false, findings });
    expect(paragraphs[0]).toBe('bad: No. 21 findings in 9 lines:');
    expect(paragraphs).toContain('bad: finding 19');
    expect(paragraphs).toContain('bad: and 1 more; see: sallyport audit verify');
  });
});
