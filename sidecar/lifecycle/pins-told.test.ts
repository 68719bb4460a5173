import { expect, test } from 'vitest';
import { pinsTold } from './pins-told.ts';

function telling() {
  const said: unknown[] = [];
  const note = (...words: unknown[]): void => void said.push(words);
  const told = pinsTold(
    { pinsShared: (shared) => note('shared', shared), untoldDefinitions: (count) => note('untold', count) },
    { info: () => note('info'), warn: () => note('warn') },
    (pins) => note('pins', pins),
  );
  return { told, said };
}

test('once the operator answers, what could not be told of before may be shown', () => {
  const { told, said } = telling();
  told.onState('together', '');
  expect(said).toEqual([['shared', true], ['info'], ['pins', undefined]]);
});

test('an operator that does not answer is warned of, and what is known goes on', () => {
  const { told, said } = telling();
  told.onState('alone', 'ECONNREFUSED');
  expect(said).toEqual([['shared', false], ['warn']]);
});

test('one of an earlier version is no fault', () => {
  const { told, said } = telling();
  told.onState('unsupported', '');
  expect(said).toEqual([['info']]);
});

test('definitions that cannot be told are counted', () => {
  const { told, said } = telling();
  told.onUntold(3, 'too many wait to be told');
  expect(said).toEqual([['untold', 3], ['warn']]);
});
