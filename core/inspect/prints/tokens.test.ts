import { describe, expect, it } from 'vitest';
import { tokensOf } from './tokens.ts';

function tokens(text: string): string[] {
  const found = new Set<string>();
  tokensOf(text, found);
  return [...found];
}

describe('a value that is known by itself', () => {
  it.each([
    ['mail', 'write to <Erika.M@Kunde.example>, please', 'erika.m@kunde.example'],
    ['a key', 'key=sk9Xq2LmT7vB4nR8 end', 'sk9xq2lmt7vb4nr8'],
    ['a UUID', '{"id":"9b2e7c10-4f3a-4d58-8c61-0a7d5e3f2b19"}', '9b2e7c104f3a4d588c610a7d5e3f2b19'],
    ['an id with hyphens', 'contract ZX81-QT77-K9P2.', 'zx81qt77k9p2'],
    ['a digest', 'commit 384dcbb201f835829fbb', '384dcbb201f835829fbb'],
    ['a number', 'IBAN DE02 1203 0000 0000 2020 51', '120300000000202051'],
  ])('%s', (_what, text, token) => {
    expect(tokens(text)).toContain(token);
  });

  it.each([
    ['words', 'The customer has asked for internationalization of misunderstandings.'],
    ['names of code', 'createElementFromTemplate get_user_token-v2 latin1_swedish_ci'],
    ['versions', 'python3.11-venv node-linux-x64 v24.15.0 ISO-8601'],
    ['hosts and addresses', 'https://api.internal.example.com:8443/v1/customers?limit=100 @mention user@host'],
    ['dates and times', '2026-11-30T22:10:45.123Z'],
    ['JSON', '{"firstName":"","customerId":12,"isActive":true}'],
  ])('is not among %s', (_what, text) => {
    expect(tokens(text)).toEqual([]);
  });
});
