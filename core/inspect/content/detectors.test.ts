import { expect, test } from 'vitest';
import { randomOf, sample } from '../secrets/testing/sample.ts';
import { type Sought, detectorFor } from './detectors.ts';

const random = randomOf(41);
const AWS = sample('AKIA[A-Z2-7]{16}', random);
const TEXT = `${AWS} token = "${sample('[a-z0-9]{40}', random)}" 4111111111111111 PROJECT-ABCD Blue Harvest ada@maths.co.uk`;

test.each<[string, boolean, string[], Sought]>([
  ['secrets', true, ['aws-access-token'], { detect: 'secrets' }],
  ['secrets', true, ['aws-access-token', 'generic-secret'], { detect: 'genericSecrets' }],
  ['personal-data', true, ['creditCard'], { detect: 'creditCard' }],
  ['personal-data', false, ['email'], { detect: 'email' }],
  ['patterns', true, ['codename'], { name: 'codename', pattern: 'PROJECT-[A-Z]{4}' }],
  ['words', true, ['projects'], { name: 'projects', words: ['blue harvest'] }],
])('%s (exact: %s) finds %j', (family, isExact, kinds, sought) => {
  const detector = detectorFor(sought);
  expect([detector.family, detector.findExact !== undefined]).toEqual([family, isExact]);
  expect(detector.find(TEXT, undefined).map(({ kind }) => kind)).toEqual(kinds);
  expect(detector.find('nothing of the sort', undefined)).toEqual([]);
});
