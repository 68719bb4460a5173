import { expect, it } from 'vitest';
import { CLAIMS, stripClaims } from './claims.ts';

function left(headers: Record<string, string>, further: readonly string[] = [], said?: readonly string[]): string[] {
  stripClaims(headers, new Set(further), said);
  return Object.keys(headers);
}

it.each(CLAIMS)('%s ends at the door, however it is spelt', (name) => {
  expect(left({ [name]: 'ada', [name.replaceAll('-', '_')]: 'ada', host: 'a' })).toEqual(['host']);
});

it('what proxies speak in ends there, too, unless it is one of them', () => {
  const headers = { 'x-user': 'ada', x_user: 'eve', 'x-forwarded-user': 'eve', 'x-forwarded-for': '10.0.0.1' };
  expect(left({ ...headers }, ['x-user'])).toEqual(['x-forwarded-for']);
  expect(left({ ...headers }, ['x-user'], ['x-user'])).toEqual(['x-user', 'x-forwarded-for']);
  expect(left({ ...headers })).toEqual(['x-user', 'x_user', 'x-forwarded-for']);
});
