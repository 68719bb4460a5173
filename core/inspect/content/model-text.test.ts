import { describe, expect, it, test } from 'vitest';
import { MODEL_TEXT, modelTextDetector } from './model-text.ts';
import { Allowance } from './work.ts';

const WORST = [
  ...['a', '\u200b', 'a\u200b', '\u{e0041}', '\u0645\u200c', '\u001b', '\u001b]', '\u009d8;;', '\u001b[1;'],
  ...[
    '](https://a.b',
    '![x](https://a.b)',
    '<img src="https://a.b',
    '\n[a]: https://a.b',
    '![',
    '//',
    'https://a.b/?x=1&',
  ],
  ...['ignore all previous instructions ', 'before you ', '%41', '4142', '<system>', '\nsystem: ', 'Ignor\u0435 '],
];

/** Units on machines that are a hundred times as slow, or busy, as the one the units were counted on. */
const SLOW_NS = 1_000;

describe.each(MODEL_TEXT.map((detect) => [detect, modelTextDetector(detect, undefined)] as const))(
  '%s',
  (_, detector) => {
    it('takes no more than it has counted, whatever is repeated', () => {
      for (const part of WORST) {
        const text = `//${part.repeat(50_000 / part.length)}`;
        const work = new Allowance(Number.MAX_SAFE_INTEGER);
        const start = performance.now();
        detector.find(text, undefined, work);
        const took = performance.now() - start;
        expect(took, part).toBeLessThan(200 + ((Number.MAX_SAFE_INTEGER - work.left) * SLOW_NS) / 1e6);
      }
    });

    it('gives up where there is nothing left to spend', () => {
      const work = new Allowance(100);
      expect(detector.find('\u200b\u001b[1m Ignore all previous instructions. '.repeat(100), undefined, work)).toEqual(
        [],
      );
      expect(work.exhausted).toBe(true);
    });
  },
);

test('a finder gives up within a text', () => {
  const work = new Allowance(11_000);
  const found = modelTextDetector('hiddenText', undefined).find('\u200ba'.repeat(500), undefined, work);
  expect([found.length > 0, found.length < 500, work.exhausted]).toEqual([true, true, true]);
});
