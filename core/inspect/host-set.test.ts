import { describe, expect, it } from 'vitest';
import { HostSet } from './host-set.ts';

describe('HostSet', () => {
  it.each([
    ['example.com', ['example.com'], ['www.example.com', 'example.org', 'notexample.com', 'example.com.evil.com']],
    [
      '*.example.com',
      ['pay.example.com', 'a.b.example.com'],
      ['example.com', 'notexample.com', 'example.com.evil.com', 'pay.example.org'],
    ],
    ['*.com', ['example.com'], ['com']],
    ['192.0.2.7', ['192.0.2.7'], ['192.0.2.70', '7']],
    ['*.0.2.7', [], ['192.0.2.7']],
    ['[0:0::1]', ['[::1]'], ['[::2]']],
    ['xn--bcher-kva.example', ['xn--bcher-kva.example'], ['bucher.example']],
    ['1.2.3.256', [], ['1.2.3.4', 'example.com']],
  ])('%s holds %j, not %j', (pattern, inside, outside) => {
    const hosts = new HostSet([pattern]);
    expect(inside.filter((host) => !hosts.has(host))).toEqual([]);
    expect(outside.filter((host) => hosts.has(host))).toEqual([]);
  });

  it('holds what any of its patterns holds', () => {
    const hosts = new HostSet(['example.com', '*.example.org']);
    expect(['example.com', 'a.example.org', 'example.org'].map((host) => hosts.has(host))).toEqual([true, true, false]);
  });

  it.each([
    [['a.com'], 'a.com'],
    [['a.com', '*.b.com'], 'a.com, *.b.com'],
    [['a.a', 'b.b', 'c.c', 'd.d', 'e.e', 'f.f', 'g.g'], 'a.a, b.b, c.c, d.d, e.e and 2 more'],
  ])('%j is shown as %s', (patterns, shown) => {
    expect(String(new HostSet(patterns))).toBe(shown);
  });
});
