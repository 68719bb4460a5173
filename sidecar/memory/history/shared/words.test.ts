import { describe, expect, it } from 'vitest';
import type { Op, Wanted } from '../../../../core/history/ops.ts';
import { argumentsOf, keysOf, outcomeIn } from './words.ts';

const place = { of: 'rule', whom: 'ada' };
const scope = { namespace: 'finance', name: 'ledger' };
const window: Op = { kind: 'window', ...place, windowMs: 1_000, limit: 3, add: 1 };
const period: Op = { kind: 'period', ...place, endsAt: 5, limit: undefined, add: 0.5 };
const lease: Op = { kind: 'lease', ...place, id: 'i', limit: 2, forMs: 9 };
const release: Op = { kind: 'release', ...place, id: 'i' };
const mark: Op = { kind: 'mark', ...place, forMs: 9, note: 'n' };
const whether: Op = { kind: 'whether', ...place, withinMs: 10, want: 'Has' };
const asked = (...ops: Op[]): Wanted[] => ops.map((op) => ({ op, isAsked: true }));

describe('a question', () => {
  it('names one key an operation, in one slot, apart by server and by kind', () => {
    expect(keysOf(asked(window, period, lease, release, mark, { ...whether, across: true }), scope)).toEqual([
      'sallyport:1:{finance}:ledger:w:rule\nada',
      'sallyport:1:{finance}:ledger:p:rule\nada',
      'sallyport:1:{finance}:ledger:l:rule\nada',
      'sallyport:1:{finance}:ledger:l:rule\nada',
      'sallyport:1:{finance}:ledger:m:rule\nada',
      'sallyport:1:{finance}::m:rule\nada',
    ]);
  });

  it('says five words an operation', () => {
    expect(argumentsOf([{ op: period, isAsked: false }, ...asked(window, lease, whether, mark)], 'Take')).toEqual([
      ...['Take', ''],
      ...['period', '', '5', '', '0.5'],
      ...['window', '1', '1000', '3', '1'],
      ...['lease', '1', 'i', '2', '9'],
      ...['whether', '1', '10', 'Has', ''],
      ...['mark', '1', '9', 'n', '0'],
    ]);
    expect(argumentsOf(asked(release), 'Ask', 7)).toEqual(['Ask', '7', 'release', '1', 'i', '', '']);
  });
});

describe('an answer', () => {
  it.each<[string, Op, string[], object]>([
    ['a sum', window, ['1', '2', '0', '5'], { kind: 'sum', holds: true, sum: 2, waitMs: 0, resetMs: 5 }],
    ['a sum that is full', window, ['0', '3', '7', '5'], { kind: 'sum', holds: false, sum: 3, waitMs: 7, resetMs: 5 }],
    ['a sum without hope', window, ['0', '3', '', '5'], { kind: 'sum', holds: false, waitMs: undefined }],
    ['a sum without a limit', period, ['1', '3.5', '0', '5'], { kind: 'sum', holds: true, sum: 3.5 }],
    ['places', lease, ['0', '2'], { kind: 'lease', holds: false, taken: 2 }],
    ['what happened', whether, ['1', '9.5', 'n'], { kind: 'mark', holds: true, last: { agoMs: 9.5, note: 'n' } }],
    ['what has not', whether, ['0', '', ''], { kind: 'mark', holds: false, last: undefined }],
    ['that it is written', mark, ['1'], { kind: 'done', holds: true }],
  ])('says %s', (_what, op, words, seen) => {
    const reply = [words[0], [words]];
    expect(outcomeIn(reply, asked(op))).toMatchObject({ holds: words[0] === '1', seen: [seen] });
  });

  it('holds where all that is asked does, whatever the rest says', () => {
    const wanted = [{ op: window, isAsked: false }, ...asked(lease)];
    const [full, free] = [
      ['0', '3', '7', '5'],
      ['1', '0'],
    ];
    expect(outcomeIn(['1', [full, free]], wanted)).toMatchObject({ holds: true });
    expect(outcomeIn(['0', [full, free]], wanted)).toBeUndefined();
  });

  it.each<[string, Op, unknown]>([
    ['is no list', window, 'OK'],
    ['is too short', window, ['1', []]],
    ['is too long', window, ['1', [['1', '0', '0', '0'], ['1']]]],
    ['has numbers for words', window, ['1', [[1, 0, 0, 0]]]],
    ['says that it holds where it does not', window, ['1', [['1', '3', '0', '0']]]],
    ['says that it does not where it does', window, ['0', [['0', '0', '7', '0']]]],
    ['lets somebody wait for nothing', window, ['1', [['1', '0', '7', '0']]]],
    ['has a wait that is no time', window, ['0', [['0', '3', 'soon', '0']]]],
    ['lets somebody wait until behind all dates', window, ['0', [['0', '3', '8.7e+15', '0']]]],
    ['is full for longer than there are dates', period, ['1', [['1', '3', '0', '1e+303']]]],
    ['lacks a number', window, ['1', [['1', '0', '0']]]],
    ['is less than nothing', lease, ['1', [['1', '-1']]]],
    ['is no number', lease, ['1', [['1', 'nan']]]],
    ['is endless', lease, ['1', [['1', '1e999']]]],
    ['is hexadecimal', lease, ['1', [['1', '0x1']]]],
    ['is longer ago than was asked', whether, ['1', [['1', '11', 'n']]]],
    ['has an unknown time', whether, ['1', [['1', 'ago', 'n']]]],
    ['says more than done', mark, ['1', [['1', 'x']]]],
  ])('is none where it %s', (_what, op, reply) => {
    expect(outcomeIn(reply, asked(op))).toBeUndefined();
  });
});
