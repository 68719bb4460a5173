import { expect, it } from 'vitest';
import { inspectPath } from './inspect/paths.ts';
import { fold } from './mcp/fold.ts';
import { parseStrictJson } from './mcp/json.ts';
import { pilesMarks } from './piled-marks.ts';
import { readElicitationUrl } from './policy/elicitation-url.ts';
import { uriViews } from './policy/uri-views.ts';

// Of two classes, one after the other: normalisation has to sort them.
const pile = (marks: number) => `a${'\u0301\u0316'.repeat(marks / 2)}`;

it('takes 30 combining marks in a row for a letter of some language, and more for an attack', () => {
  expect(pilesMarks(pile(30))).toBe(false);
  expect(pilesMarks(pile(32))).toBe(true);
  expect(pilesMarks('\uff9e\u0301'.repeat(20))).toBe(true);
  expect(pilesMarks(pile(30).repeat(100))).toBe(false);
});

it('refuses a key of such marks at once, whatever its length', () => {
  const start = performance.now();
  for (const caseSensitiveKeys of [false, true]) {
    const text = JSON.stringify({ params: { arguments: { [pile(1_000_000)]: 1, B: 2 } } });
    expect(parseStrictJson(Buffer.from(text), { caseSensitiveKeys })).toMatchObject({
      ok: false,
      problem: 'forbidden-key',
    });
  }
  // Without the rule each takes minutes.
  expect(performance.now() - start).toBeLessThan(2_000);
});

it('folds such a key in time that is linear in its length, to something coarser', () => {
  const start = performance.now();
  expect(fold(`PA${pile(1_000_000)}TH`)).toBe('paath');
  expect(performance.now() - start).toBeLessThan(2_000);
});

it('refuses paths and URLs that have them, written and percent-encoded', () => {
  expect(inspectPath(`/data/${pile(40)}`, ['/data'])?.reason).toBe('piled-marks');
  expect(inspectPath(`/data/${encodeURIComponent(pile(40))}`, ['/data'])?.reason).toBe('piled-marks');
  for (const text of [pile(40), encodeURIComponent(pile(40))]) {
    expect(uriViews(`https://${text}.example/`)).toEqual({
      problem: 'the URI has more than 30 combining marks in a row',
    });
    expect(readElicitationUrl(`https://${text}.example/`)).toHaveProperty('problem');
  }
  expect(inspectPath('/data/Zoe\u0308', ['/data'])).toBeUndefined();
});

it('reads no elicitation URL that is longer than 8192 characters', () => {
  expect(readElicitationUrl(`https://example.com/${'a'.repeat(8173)}`)).toEqual({
    problem: 'the URL is longer than 8192 characters',
  });
  expect(readElicitationUrl(`https://example.com/${'a'.repeat(8172)}`)).toEqual({ host: 'example.com' });
});
