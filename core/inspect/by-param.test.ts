import { expect, test } from 'vitest';
import { detectorOf } from './by-param.ts';

test.each([['path', '../etc/passwd', { detector: 'path', reason: 'outside-roots', evidence: '../etc/passwd' }]])(
  'a parameter of type %s has a detector',
  (param, value, finding) => {
    expect(detectorOf(param)?.(value, { roots: ['/data'] })).toMatchObject({
      ...finding,
      span: { start: 0, end: value.length },
    });
  },
);

test('a type that nobody knows has none', () => {
  expect(detectorOf('constructor')).toBeUndefined();
});
