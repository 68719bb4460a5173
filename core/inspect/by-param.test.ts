import { expect, test } from 'vitest';
import { detectorOf } from './by-param.ts';

test.each([
  ['path', '../etc/passwd', { detector: 'path', reason: 'outside-roots', evidence: '../etc/passwd' }],
  ['identifier', '$(id)', { detector: 'identifier', reason: 'substitution', evidence: '$(id)' }],
])('a parameter of type %s has a detector', (param, value, finding) => {
  expect(detectorOf(param)?.(value, { roots: ['/data'] })).toMatchObject({
    ...finding,
    span: expect.objectContaining({ start: 0 }) as unknown,
  });
});

test('a type that nobody knows has none', () => {
  expect(detectorOf('constructor')).toBeUndefined();
});
