import { describe, expect, it } from 'vitest';
import { MAX_FINDINGS, type PlacedFinding, sentenceOf, uniteFindings } from './findings.ts';

const finding = (over: Partial<PlacedFinding> = {}): PlacedFinding => ({
  detector: 'path',
  reason: 'outside-roots',
  message: 'Outside.',
  span: undefined,
  evidence: '',
  rule: 'finance/pack#a',
  pointer: '/path',
  ...over,
});

describe('findings of two verdicts', () => {
  it('are sorted, and each is there once', () => {
    const [a, b, c] = [finding(), finding({ rule: 'finance/pack#b' }), finding({ pointer: '/a' })];
    expect(uniteFindings([a, b], [{ ...a }, c])).toEqual([c, a, b]);
  });

  it('are those of the one where the other has none, and nothing is made anew', () => {
    const some = [finding()];
    expect(uniteFindings(some, [])).toBe(some);
    expect(uniteFindings([], some)).toBe(some);
    expect(uniteFindings(some, some)).toBe(some);
  });

  it('are few enough for one line of a log', () => {
    const many = Array.from({ length: 30 }, (_, i) => finding({ pointer: `/p${i + 10}` }));
    expect(uniteFindings(many.slice(15), many.slice(0, 15))).toEqual(many.slice(0, MAX_FINDINGS));
  });
});

describe('the sentence of a finding', () => {
  it.each([
    ['/path', 'argument "path": Outside.'],
    ['/a~1b~0c', 'argument "a/b~c": Outside.'],
    ['/edits/2/path', 'argument "/edits/2/path": Outside.'],
    ['', 'the arguments: Outside.'],
  ])('names %j', (pointer, sentence) => {
    expect(sentenceOf(finding({ pointer }))).toBe(sentence);
  });

  it('has nothing of a name that a terminal or a model could take for more than a name', () => {
    expect(sentenceOf(finding({ pointer: `/\u001b[31m"${'x'.repeat(500)}` }))).toMatch(
      /^argument "\ufffd\[31m\ufffdx{1,95}…": Outside\.$/,
    );
  });
});
