import { expect, it } from 'vitest';
import { nestedUrls } from './nested-urls.ts';

const hosts = (rest: string): string[] | undefined => nestedUrls(rest)?.readings.map(({ host }) => host);

it.each([
  ['', []],
  ['/a/b?c=d', []],
  ['/web/2020/http://example.com/a', ['example.com']],
  ['?a=http://a.com&b=https://b.com:80/', ['a.com', 'b.com']],
  ['?u=http%3A%2F%2F10.0.0.1%2Fx', ['10.0.0.1']],
  ['?u=http%253a%252f%252f10.0.0.1%252fx', ['10.0.0.1']],
  ['?u=gopher://10.0.0.1:70/_', ['10.0.0.1']],
  ['?u=http://2130706433/', ['2130706433']],
  ['?u=http://{host}/x', []],
  ['?db=postgres://ada:secret@10.0.0.1:5432/x', ['10.0.0.1']],
  ['/?@10.0.0.1:22/', ['10.0.0.1']],
  ['?next=//10.0.0.1/x&to=%2f%2fa.com&back=\\\\localhost/', ['10.0.0.1', 'a.com', 'localhost']],
  ['?next=//2130706433/', ['2130706433']],
  ['?path=//depot/main&target=//', []],
  ['/npm/vue@3.5.0/dist/@vue/@ada@localhost', []],
])('the URLs in %j lead to %j', (rest, found) => {
  expect(hosts(rest)).toEqual(found);
});

it('leaves out where an application has people sent back to', () => {
  expect(hosts('?redirect_uri=http://localhost:8080/cb')).toEqual([]);
  expect(hosts('?redirect_uri=http%3A%2F%2F127.0.0.1%3A8080%2Fcb')).toEqual([]);
  expect(hosts('?redirect_uri=http://10.0.0.1/')).toEqual(['10.0.0.1']);
  expect(hosts('?next=http://localhost/')).toEqual(['localhost']);
});

it('finds a metadata service that is no URL', () => {
  expect(nestedUrls('/redir-169%2e254%2e169%2e254')?.mentioned).toBe('169.254.169.254');
});

it('gives up on more than anybody writes', () => {
  expect(nestedUrls('?u=http://a.com'.repeat(64))?.readings).toHaveLength(64);
  expect(nestedUrls('?u=http://a.com'.repeat(65))).toBeUndefined();
});
