import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readElicitationUrl } from './elicitation-url.ts';

describe('readElicitationUrl', () => {
  it.each([
    ['https://example.com', 'example.com'],
    ['https://example.com/sign-in?next=%2Fa#b', 'example.com'],
    ['https://example.com:8443/', 'example.com'],
    ['https://example.com?a@b', 'example.com'],
    ['https://example.com/@ada', 'example.com'],
    ['HTTPS://Example.COM/', 'example.com'],
    ['https://example.com./', 'example.com'],
    ['https://bücher.example/', 'xn--bcher-kva.example'],
    ['https://xn--bcher-kva.example/', 'xn--bcher-kva.example'],
    ['https://good.example.com.evil.com/', 'good.example.com.evil.com'],
    ['https://192.0.2.7:8443/', '192.0.2.7'],
    ['https://[2001:DB8::0:1]/', '[2001:db8::1]'],
    ['http://localhost:3000/callback', 'localhost'],
    ['http://localhost./', 'localhost'],
    ['http://127.0.0.1/', '127.0.0.1'],
    ['http://127.200.0.9:1/', '127.200.0.9'],
    ['http://[::1]:3000/', '[::1]'],
    ['http://[0:0:0:0:0:0:0:1]/', '[::1]'],
  ])('%s leads to %s', (url, host) => {
    expect(readElicitationUrl(url)).toEqual({ host });
  });

  it.each([
    [undefined, 'names no URL'],
    ['', 'does not start with https://'],
    ['example.com', 'does not start with https://'],
    ['//example.com/', 'does not start with https://'],
    ['https:evil.com', 'does not start with https://'],
    ['https:/evil.com', 'does not start with https://'],
    ['https:///evil.com', 'does not start with https://'],
    ['https://', 'does not start with https://'],
    ['https://?example.com', 'does not start with https://'],
    ['ftp://example.com/', 'does not start with https://'],
    ['javascript:alert(1)', 'does not start with https://'],
    ['data:text/html,hello', 'does not start with https://'],
    ['file:///etc/passwd', 'does not start with https://'],
    ['blob:https://example.com/1', 'does not start with https://'],
    ['https+evil://example.com/', 'does not start with https://'],
    ['http://example.com/', 'is http'],
    ['http://localhost.evil.com/', 'is http'],
    ['http://127.0.0.1.evil.com/', 'is http'],
    ['https://good。evil。com/', 'plain form'],
    ['http://app.localhost/', 'is http'],
    ['http://0.0.0.0/', 'is http'],
    ['http://128.0.0.1/', 'is http'],
    ['http://[::ffff:127.0.0.1]/', 'is http'],
    ['http://[::]/', 'is http'],
    ['https://good.example.com@evil.com', 'user name'],
    ['https://ada:secret@example.com/', 'user name'],
    ['https://@example.com/', 'user name'],
    ['https://:@example.com/', 'user name'],
    ['https://good.example.com:443@evil.com/', 'user name'],
    [String.raw`https://good.example.com\@evil.com`, 'backslash'],
    [String.raw`https:\\evil.com`, 'backslash'],
    [String.raw`https://example.com/\evil.com`, 'backslash'],
    ['https://exa\tmple.com/', 'blank'],
    ['https://example.com\n.evil.com/', 'blank'],
    ['https://example.com/\r\nx', 'blank'],
    [' https://example.com/', 'blank'],
    ['https://example.com/ ', 'blank'],
    ['https://example.com/a b', 'blank'],
    ['https://example.com/\u0000', 'control'],
    ['https://exa\u00admple.com/', 'hidden'],
    ['https://example.com/\u202egpj.exe', 'hidden'],
    ['https://example.com\u200b/', 'hidden'],
    ['https://ex%61mple.com/', 'plain form'],
    ['https://good.example.com%2eevil.com/', 'plain form'],
    ['https://127.1/', 'plain form'],
    ['https://2130706433/', 'plain form'],
    ['https://0x7f000001/', 'plain form'],
    ['https://0177.0.0.1/', 'plain form'],
    ['https://192.0.2.7./', 'plain form'],
    ['http://①②⑦.0.0.1/', 'plain form'],
    ['https://good.example.com％2eevil.com/', 'plain form'],
    ['https://good.example.com／evil.com/', 'plain form'],
    ['https://evil.com%23.good.example.com/', 'plain form'],
    ['https://1.2.3.256/', 'plain form'],
    ['https://example.com:99999/', 'cannot be read'],
    ['https://[::1/', 'cannot be read'],
    ['https://:443/', 'does not start with https://'],
    ['https://.example.com/', 'cannot be read'],
    ['https://a..example.com/', 'cannot be read'],
    ['https://example.com../', 'cannot be read'],
  ])('%j is refused: %s', (url, problem) => {
    expect(readElicitationUrl(url)).toEqual({ problem: expect.stringContaining(problem) as string });
  });

  it('never throws, and reads nothing that a browser would read as another host', () => {
    const piece = fc.constantFrom(
      ...[
        'https:',
        'http:',
        'HTTPS://',
        '//',
        '/',
        '\\',
        '@',
        ':',
        '.',
        '%2e',
        '%40',
        '\t',
        '。',
        '＠',
        '?',
        '#',
        '[',
        ']',
      ],
      ...['a.com', 'evil', 'localhost', '127.1', '::1', 'xn--', '\u00ad', 'ß', '\u2100', '0x7f', '\ud800'],
    );
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          text.map((rest) => `https://${rest}`),
          fc.string({ unit: 'binary' }),
        ),
        (url) => {
          const reading = readElicitationUrl(url);
          if ('problem' in reading) return;
          const browser = new URL(url);
          expect([reading.host, `${reading.host}.`]).toContain(browser.hostname);
          expect(browser.username + browser.password).toBe('');
          expect(browser.protocol).toMatch(/^https?:$/);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
