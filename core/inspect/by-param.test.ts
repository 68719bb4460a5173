import { expect, test } from 'vitest';
import { detectorOf } from './by-param.ts';

test.each([
  ['path', '../etc/passwd', { detector: 'path', reason: 'outside-roots', evidence: '../etc/passwd' }],
  ['shell', 'eval $x', { detector: 'shell', reason: 'eval', evidence: 'eval $x' }],
  ['url', 'http://10.0.0.1/', { detector: 'url', reason: 'private-address', evidence: 'http://10.0.0.1' }],
  ['host', 'redis', { detector: 'host', reason: 'internal-name', evidence: 'redis' }],
  ['identifier', '$(id)', { detector: 'identifier', reason: 'substitution', evidence: '$(id)' }],
])('a parameter of type %s has a detector', (param, value, finding) => {
  expect(detectorOf(param)?.(value, { roots: ['/data'] })).toMatchObject({
    ...finding,
    span: expect.objectContaining({ start: expect.any(Number) as number }) as unknown,
  });
});

test('a type that nobody knows has none', () => {
  expect(detectorOf('constructor')).toBeUndefined();
});
