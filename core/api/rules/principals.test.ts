import { describe, expect, it } from 'vitest';
import { namedPrincipalsSchema, principalsSchema } from './principals.ts';

const complaints = (said: object): string[] =>
  principalsSchema.safeParse(said).error?.issues.map(({ message }) => message) ?? [];

describe('a rule', () => {
  it.each([
    ['nobody', {}],
    ['empty lists', { names: [], groups: [] }],
    ['a pattern', { names: ['*'] }],
    ['a control character', { groups: ['a\n'] }],
    ['no names beside a scope', { names: [], scopes: ['pay'] }],
    ['no scopes', { scopes: [] }],
    ['a scope of two words', { scopes: ['read write'] }],
    ['a scope with a quote', { scopes: ['"'] }],
    ['no issuers', { names: ['ada'], issuers: [] }],
    ['any issuer', { issuers: ['*'] }],
  ])('is for no principals that are %s', (_what, principals) => {
    expect(complaints(principals)).toHaveLength(1);
  });

  it.each([
    ['an issuer', { issuers: ['https://login.example.com'] }],
    ['scopes', { scopes: ['ledger:read', 'https://api.example.com/pay'] }],
    ['names of an issuer', { names: ['ada'], issuers: ['https://login.example.com'], scopes: ['pay'] }],
  ])('is for %s', (_what, principals) => {
    expect(complaints(principals)).toEqual([]);
  });
});

it('who stands behind principals is said of names and groups alone', () => {
  expect(namedPrincipalsSchema.safeParse({ groups: ['agents'] }).success).toBe(true);
  for (const said of [{}, { names: [] }, { scopes: ['pay'] }, { names: ['ada'], issuers: ['https://a.example'] }])
    expect(namedPrincipalsSchema.safeParse(said).success).toBe(false);
});
