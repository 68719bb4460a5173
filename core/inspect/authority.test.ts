import { describe, expect, it } from 'vitest';
import { readAuthority } from './authority.ts';

describe('readAuthority', () => {
  it.each([
    ['example.com', 'example.com', undefined],
    ['example.com:', 'example.com', undefined],
    ['example.com:8443', 'example.com', 8443],
    ['[::1]', '[::1]', undefined],
    ['[::1]:80', '[::1]', 80],
  ])('%s is %s, port %s', (text, host, port) => {
    expect(readAuthority(text)).toMatchObject({ reading: { host, problem: undefined }, port });
  });

  it.each([
    ['', 'no-host'],
    ['a@b.com', 'userinfo'],
    ['@b.com', 'userinfo'],
    ['a b', 'odd-authority'],
    ['a\\b', 'odd-authority'],
    ['"a.com"', 'odd-authority'],
    ['a:b', 'odd-authority'],
    ['a:65536', 'odd-authority'],
    ['a:000080', 'odd-authority'],
    ['::1', 'odd-authority'],
    ['2606:4700::1111', 'odd-authority'],
    ['[fe80::1%25eth0]', 'encoded-host'],
  ])('%j is a problem: %s', (text, problem) => {
    expect(readAuthority(text)).toMatchObject({ reading: { problem }, port: undefined });
  });

  it('knows an IPv6 address without brackets where no URL is around it', () => {
    expect(readAuthority('2606:4700::1111', true)).toMatchObject({
      reading: { host: '[2606:4700::1111]' },
      port: undefined,
    });
    expect(readAuthority('fe80::1%eth0', true).reading.problem).toBe('encoded-host');
    expect(readAuthority('a.com:80', true)).toMatchObject({ reading: { host: 'a.com' }, port: 80 });
    expect(readAuthority('a:b:c', true).reading.problem).toBe('odd-host');
  });

  it('says which host stands behind a user name', () => {
    expect(readAuthority('example.com@10.0.0.1').reading.detail).toBe('the host is 10.0.0.1');
  });
});
