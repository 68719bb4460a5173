import { expect, test } from 'vitest';
import { BUNDLE_VERSION, bundleFile, bundleFiles, OLDEST_UNDERSTANDING, OWN_UNDERSTANDING } from './bundle-versions.ts';
import { FEATURES } from './features.ts';

test('the first version keeps the name that its gates read, and each later one has its own', () => {
  expect([bundleFile(1), bundleFile(2), bundleFile(3)]).toEqual(['bundle.json', 'bundle.v2.json', 'bundle.v3.json']);
});

test('a gate looks for the newest that it reads first', () => {
  expect(bundleFiles(3)).toEqual(['bundle.v3.json', 'bundle.v2.json', 'bundle.json']);
  expect(bundleFiles(OLDEST_UNDERSTANDING.version)).toEqual(['bundle.json']);
});

test('what runs here knows every feature, of versions that it reads', () => {
  expect(OWN_UNDERSTANDING.features).toEqual(FEATURES.map(({ name }) => name));
  expect(Math.max(...FEATURES.map(({ since }) => since))).toBe(BUNDLE_VERSION);
});
