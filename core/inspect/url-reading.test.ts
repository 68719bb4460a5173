import { describe, expect, it } from 'vitest';
import { readHostUrl, readUrl } from './url-reading.ts';

describe('readUrl', () => {
  it.each([
    ['https://example.com/a', 'https', 'example.com', undefined],
    ['  HTTP://Example.com:81?x ', 'http', 'example.com', 81],
    ['//example.com', undefined, 'example.com', undefined],
    ['example.com:8080/x', undefined, 'example.com', 8080],
    ['localhost:3000', undefined, 'localhost', 3000],
    ['s3://bucket/key', 's3', 'bucket', undefined],
  ])('%s has scheme %s, host %s and port %s', (value, scheme, host, port) => {
    expect(readUrl(value)).toMatchObject({ scheme, authority: { reading: { host }, port }, problem: undefined });
  });

  it.each(['mailto:a@b.com', 'data:,x', 'jar:http://a.com!/'])('%j has a scheme and no host', (value) => {
    expect(readUrl(value)).toMatchObject({ scheme: value.split(':')[0], authority: undefined, problem: undefined });
  });

  it.each(['/a/b', '', '   ', 'about:blank', 'index.html', '?a=b'])('%j has no host', (value) => {
    expect(readUrl(value)).toMatchObject({ scheme: undefined, authority: undefined, problem: undefined });
  });

  it.each([
    ['http:example.com', 'odd-slashes'],
    ['http:8080', 'odd-slashes'],
    ['http:///example.com', 'odd-slashes'],
    ['http:/\\example.com', 'odd-slashes'],
    ['/\\example.com', 'odd-slashes'],
    ['s3:/bucket', 'odd-slashes'],
    ['https://a.com/\u200b', 'hidden-character'],
    ['https://a.com\f', 'hidden-character'],
    ['\u2028https://a.com', 'hidden-character'],
    ['https://a.com/\r\nHost: b', 'hidden-character'],
    [`https://a.com/${'a'.repeat(65_536)}`, 'too-long'],
  ])('%j is a problem: %s', (value, problem) => {
    expect(readUrl(value).problem).toBe(problem);
  });

  it('knows the host that programs find which know only slashes', () => {
    const others = (value: string): string[] => readUrl(value).others.map(({ host }) => host);
    expect(others('http://a.com?@b.com/x')).toEqual(['b.com']);
    expect(others('http://a.com#x\\b.com:80')).toEqual(['b.com']);
    expect(others('http://a.com/?@b.com')).toEqual([]);
    expect(others('http://a.com?mail=ada@b.com&c=d')).toEqual(['b.com']);
    expect(others('http://a.com?mail=ada@')).toEqual([]);
  });

  it('says where the host stands, and shows no secrets', () => {
    const value = ' https://ada:secret@example.com/a?token=secret';
    const { span, shown } = readUrl(value);
    expect(value.slice(span.start, span.end)).toBe('ada:secret@example.com');
    expect(shown).toBe('https://***@example.com');
    for (const other of ['http:///ada:secret@b.com', '/a?token=secret', `//a.com/?secret=\u200b`]) {
      expect(readUrl(other).shown).not.toContain('secret');
    }
  });
});

describe('readHostUrl', () => {
  it.each([
    ['redis', 'redis'],
    ['redis:6379', 'redis'],
    ['index.html', 'index.html'],
    ['10.0.0.0/8', '10.0.0.0'],
    ['::1', '[::1]'],
    ['https://example.com', 'example.com'],
    ['//example.com', 'example.com'],
    ['.', '.'],
  ])('%s is the host %s', (value, host) => {
    expect(readHostUrl(value).authority?.reading.host).toBe(host);
  });

  it('takes nothing for no host', () => {
    expect(readHostUrl(' ').authority).toBeUndefined();
  });
});
