import { expect, it } from 'vitest';
import { Tally } from './eval-tally.ts';
import { missOf, renderEval, renderEvalJson, renderMiss } from './render-eval.ts';

const ROW = { id: 'a-1', class: 'x/y', label: 'attack', value: '..', param: 'path', place: 'f:1' } as const;
const FINDING = { detector: 'path', reason: 'scheme', message: 'm', span: undefined, evidence: 'e' };

it('shows classes, families, and what nothing looked at', () => {
  const tally = new Tally();
  tally.add(ROW, 'found');
  tally.add({ ...ROW, class: 'x/z', label: 'benign' }, 'nothing');
  tally.add({ ...ROW, class: 'x/z', label: 'benign' }, 'recorded');
  tally.addUninspected({ ...ROW, param: 'po\u001bem' });
  expect(renderEval(tally.report())).toBe(
    [
      'class  label   rows  found                  rate      95 % interval',
      'x/y    attack  1     1 caught               100.00 %  20.65 % to 100.00 %',
      'x/z    benign  2     0 flagged, 1 recorded  0.00 %    0.00 % to 65.76 %',
      '',
      'family  label   classes  mean rate',
      'x       attack  1        100.00 %',
      'x       benign  1        0.00 %',
      '',
      'not inspected, because no detector looks at their type:',
      '1 of type po\\u{1b}em (x/y)',
      '',
    ].join('\n'),
  );
});

it.each([
  [30_001, 30_000, '99.99 %'],
  [30_001, 1, '0.01 %'],
])('never shows all or none of %i for %i', (rows, found, shown) => {
  const tally = new Tally();
  for (let i = 0; i < rows; i++) tally.add(ROW, i < found ? 'found' : 'nothing');
  expect(renderEval(tally.report())).toContain(shown);
});

it('tells a miss on one line that no value can break', () => {
  expect(renderMiss(missOf({ ...ROW, value: 'a\n\u001b\u202e' }, undefined))).toBe(
    'a-1  x/y  path  not caught  "a\\n\\u001b\\u202e"\n',
  );
  expect(renderMiss(missOf(ROW, FINDING))).toBe('a-1  x/y  path  flagged (path: scheme)  ".."\n');
});

it('gives programs the same, with misses where they were asked for', () => {
  const tally = new Tally();
  tally.add(ROW, 'nothing');
  const report = tally.report();
  expect(JSON.parse(renderEvalJson(report, undefined))).toEqual(report);
  expect(JSON.parse(renderEvalJson(report, [missOf(ROW, undefined)]))).toEqual({
    ...report,
    misses: [{ id: 'a-1', class: 'x/y', param: 'path', value: '..' }],
  });
});
