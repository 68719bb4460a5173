import { expect, it } from 'vitest';
import { hostSchema } from './hosts.ts';

it.each(['example.com', '*.example.com', 'redis', '10.0.0.1', '[::1]', 'xn--bcher-kva.example', 'a-b.c'])(
  '%s is a host',
  (host) => {
    expect(hostSchema.safeParse(host).success).toBe(true);
  },
);

it.each([
  ...[
    '',
    'https://example.com',
    'example.com:443',
    'example.com/a',
    'Example.com',
    'bücher.example',
    '*',
    '*.',
    'a.*.com',
  ],
  ...['*example.com', 'a_b.com', '-a.com', '1.2.3.256', '[::g]', 'a..b', 'example.com.'],
])('%j is none, and it is said what to write', (host) => {
  expect(hostSchema.safeParse(host).error?.issues[0]?.message).toMatch(
    /^is not a host: .*; write for example pay\.example\.com/,
  );
});
