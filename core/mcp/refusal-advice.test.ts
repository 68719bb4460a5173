import { describe, expect, it } from 'vitest';
import { placesOf, sayRefusal, sideOf } from './refusal-advice.ts';
import { REFUSAL_REASONS, refuse, refuseInWords } from './refusals.ts';

describe('what a refusal says', () => {
  it.each(REFUSAL_REASONS.filter((reason) => sideOf(reason) !== 'policy'))(
    '%s: what happened, on whose side, and what to do',
    (reason) => {
      const { message } = refuse(reason, 'this and that');
      expect(sayRefusal(refuse(reason, 'this and that'))).toMatch(
        new RegExp(`^${message}\\. On the ${sideOf(reason)}'s side: [\\w\`].{8,}\\.$`),
      );
    },
  );

  it('is left as it is where policy has found the words', () => {
    expect(sayRefusal(refuseInWords('denied', 'Refused by policy: do not retry.'))).toBe(
      'Refused by policy: do not retry.',
    );
  });

  it('has one full stop only', () => {
    expect(sayRefusal(refuse('too-deep', 'it is too deep.'))).toMatch(/^Invalid request: it is too deep\. On/);
  });
});

it('a refusal is told to whoever can meet it', () => {
  expect(placesOf('duplicate-key')).toEqual(['client', 'terminal', 'audit']);
  expect(placesOf('upstream-unreachable')).toEqual(['client', 'terminal', 'log', 'audit']);
  expect(placesOf('unexpected-response')).toEqual(['terminal', 'audit']);
  expect(placesOf('audit-unavailable')).toEqual(['client', 'terminal', 'log']);
});
