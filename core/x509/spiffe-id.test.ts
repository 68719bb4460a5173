/** The examples of SPIFFE-ID §2, and what they exclude. */
import { expect, it } from 'vitest';
import { parseSpiffeId } from './spiffe-id.ts';

it.each([
  ['spiffe://example.org/ns/finance/sa/billing', 'example.org', '/ns/finance/sa/billing'],
  ['spiffe://example.org', 'example.org', ''],
  ['spiffe://td_1.x/A.b-C_d', 'td_1.x', '/A.b-C_d'],
])('%s', (text, trustDomain, path) => {
  expect(parseSpiffeId(text)).toEqual({ trustDomain, path });
});

it.each([
  'https://example.org/a',
  'SPIFFE://example.org/a',
  'spiffe://Example.org/a',
  'spiffe:///a',
  'spiffe://example.org/',
  'spiffe://example.org/a/',
  'spiffe://example.org//a',
  'spiffe://example.org/a/../b',
  'spiffe://example.org/./a',
  'spiffe://example.org:443/a',
  'spiffe://user@example.org/a',
  'spiffe://example.org/a?b',
  'spiffe://example.org/a#b',
  'spiffe://example.org/%61',
  'spiffe://example.org/a\0b',
  'spiffe://example.org\0.evil.org/a',
  'spiffe://exаmple.org/a',
  `spiffe://${'a'.repeat(256)}/a`,
  `spiffe://a/${'b'.repeat(2048)}`,
])('%s is none', (text) => {
  expect(parseSpiffeId(text)).toBeUndefined();
});
