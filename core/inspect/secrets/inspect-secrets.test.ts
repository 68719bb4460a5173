import { expect, test } from 'vitest';
import { SECRET_REASONS, inspectSecrets } from './inspect-secrets.ts';
import { randomOf, sample } from './testing/sample.ts';

test('a secret is shown by its first characters', () => {
  const token = sample('ghp_[0-9a-zA-Z]{36}', randomOf(1));
  expect(inspectSecrets(`use ${token}`)).toMatchObject({
    reason: 'known-secret',
    span: { start: 4, end: 44 },
    evidence: 'ghp_… (40 characters)',
  });
});

test('one without a kind says so, and of a short one less is shown', () => {
  const value = sample('[a-z]{3}[0-9][A-Z]{2}[0-9][a-z]{2}[0-9][A-Z]{2}', randomOf(2));
  expect(inspectSecrets(`password="${value}"`)).toMatchObject({
    reason: 'generic-secret',
    evidence: `${value.slice(0, 2)}… (12 characters)`,
  });
});

test('a text without any has none', () => {
  expect(inspectSecrets('the token is in the vault')).toBeUndefined();
});

test('its reasons are those it says it has', () => {
  const reasons = [`ghp_[0-9a-zA-Z]{36}`, `token = "[a-z0-9]{40}"`].map(
    (pattern) => inspectSecrets(sample(pattern, randomOf(6)))?.reason,
  );
  expect(reasons).toEqual(SECRET_REASONS);
});
