import { describe, expect, test } from 'vitest';
import { clientRequestsSchema } from './client-requests.ts';
import { formatPath } from '../problem.ts';

/** Where it is wrong; nothing for what is sound. */
const faults = (requests: unknown): string[] =>
  clientRequestsSchema.safeParse(requests).error?.issues.map(({ path }) => formatPath(path)) ?? [];

describe('hosts that people may be sent to', () => {
  const host = (name: string): string[] => faults({ urlElicitation: { effect: 'Allow', hosts: [name] } });
  test.each([
    'pay.example.com',
    '*.example.com',
    'localhost',
    '127.0.0.1',
    '[::1]',
    'xn--mnchen-3ya.de',
    'a-b.c',
    '1a',
  ])('%s is one', (name) => expect(host(name)).toEqual([]));
  test.each([
    ['a scheme', 'https://example.com'],
    ['a port', 'example.com:443'],
    ['a path', 'example.com/a'],
    ['capitals', 'Example.com'],
    ['another script', 'münchen.de'],
    ['a wildcard inside', 'a.*.com'],
    ['a wildcard alone', '*'],
    ['a wildcard for a part of a name', '*example.com'],
    ['a dot at the end', 'example.com.'],
    ['two dots', 'example..com'],
    ['a number that no address has', '1.2.3.256'],
    ['a number that no address below a wildcard has', '*.1.2.3.256'],
    ['an address of version 6 that is none', '[::1::2]'],
    ['a user', 'user@example.com'],
    ['nothing', ''],
    ['too many characters', `${'a.'.repeat(130)}com`],
  ])('one with %s is none', (_name, name) => {
    expect(host(name)).toContain('urlElicitation.hosts[0]');
  });

  test('are one to sixty-four', () => {
    const some = (count: number) => Array.from({ length: count }, (_, i) => `h${i}.example`);
    expect(faults({ urlElicitation: { effect: 'Allow', hosts: [] } })).toEqual(['urlElicitation.hosts']);
    expect(faults({ urlElicitation: { effect: 'Log', hosts: some(64) } })).toEqual([]);
    expect(faults({ urlElicitation: { effect: 'Log', hosts: some(65) } })).toEqual(['urlElicitation.hosts']);
  });

  test('have no effect beside Deny', () => {
    expect(faults({ urlElicitation: { effect: 'Deny', hosts: ['a.example'] } })).toEqual(['urlElicitation.hosts']);
    expect(faults({ urlElicitation: { effect: 'Deny' } })).toEqual([]);
  });
});

test.each(['sampling', 'elicitation', 'urlElicitation', 'roots'])('%s cannot be held for an approval', (kind) => {
  expect(faults({ [kind]: { effect: 'Allow' } })).toEqual([]);
  expect(faults({ [kind]: { effect: 'RequireApproval' } })).toEqual([`${kind}.effect`]);
  expect(faults({ [kind]: {} })).toEqual([`${kind}.effect`]);
});

test('a reason is one line of at most 300 characters', () => {
  expect(faults({ roots: { effect: 'Deny', reason: 'x'.repeat(300) } })).toEqual([]);
  expect(faults({ roots: { effect: 'Deny', reason: 'x'.repeat(301) } })).toEqual(['roots.reason']);
  expect(faults({ roots: { effect: 'Deny', reason: 'a\nb' } })).toEqual(['roots.reason']);
});
