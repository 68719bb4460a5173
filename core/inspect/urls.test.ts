import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOST_REASONS } from './host-findings.ts';
import { inspectHost, inspectUrl, judgeUrl, UrlRules } from './urls.ts';
import { readUrl } from './url-reading.ts';

describe('ordinary URLs pass', () => {
  it.each([
    'https://docs.python.org/3/library/urllib.parse.html#url-parsing',
    'https://developer.mozilla.org/en-US/docs/Web/API/URL/password',
    'https://datatracker.ietf.org/doc/html/rfc3986#section-3.2',
    'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#services',
    'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html',
    'https://en.wikipedia.org/wiki/Server-side_request_forgery?action=raw&section=0',
    'https://de.wikipedia.org/wiki/Köln_(Begriffsklärung)',
    'https://zh.wikipedia.org/wiki/%E4%B8%AD%E5%9B%BD',
    'https://www.google.com/search?q=what+is+localhost%3A3000&hl=en',
    'https://www.google.com/maps/@52.5,13.4,12z/data=!3m1!4b1',
    'https://medium.com/@someone/a-title-0123456789ab',
    'https://github.com/nodejs/node/blob/main/lib/url.js#L12-L40',
    'https://raw.githubusercontent.com/a/b/HEAD/README.md',
    'https://api.github.com/repos/a/b/issues?state=open&per_page=100&labels=bug,help%20wanted',
    'https://web.archive.org/web/2020/http://example.com/a',
    'https://translate.google.com/translate?u=https%3A%2F%2Fexample.org%2Fa%3Fb%3Dc',
    'https://accounts.example.com/o/oauth2/auth?client_id=x&redirect_uri=http://localhost:8080/cb&scope=a%20b',
    'https://example.com:8443/path;v=1/a,b?x[]=1&y={z}|w#frag',
    'https://example.com/search?q=hello world',
    'https://example.com?utm_source=a',
    'https://example.com?mail=ada@example.org&x=1',
    'https://EXAMPLE.com/A\\B',
    'http://example.com./',
    'https://a_b.example.com/',
    'https://r3---sn-4g5e6nsz.googlevideo.com/videoplayback?expire=1&ip=203.0.113.9',
    'https://ec2-54-12-3-4.compute-1.amazonaws.com/',
    'https://bücher.example/',
    'https://москва.рф/',
    'https://日本語.jp/',
    'https://xn--bcher-kva.de/',
    'https://münchen.de/straße?größe=ä',
    'https://8.8.8.8/dns-query?name=example.com',
    'http://1.1.1.1:8080/',
    'https://[2606:4700:4700::1111]/dns-query',
    'http://[2001:4860:4860:0:0:0:0:8888]:80/',
    'https://example.com/👩‍💻/❤️',
    '  https://example.com/\n',
    'www.example.com/a',
    'example.com:8080',
    'example.co.uk',
    '//cdn.example.com/a.js',
    '/api/v1/users?id=10.0.0.1',
    'docs/index.html',
    'index.html',
    '#section',
    '',
    'about:blank',
  ])('%s', (value) => {
    expect(inspectUrl(value, {})).toBeUndefined();
  });

  it.each(['example.com', 'example.com:443', '8.8.8.8', '2606:4700::1111', '[2606:4700::1111]:53', 'bücher.de', ''])(
    'and the host %s',
    (value) => {
      expect(inspectHost(value, {})).toBeUndefined();
    },
  );
});

describe('settings', () => {
  const reason = (value: string, settings: ConstructorParameters<typeof UrlRules>[0]): string | undefined =>
    inspectUrl(value, settings)?.reason;

  it('allow the schemes that are named, and no others', () => {
    const schemes = ['https', 's3'];
    expect(reason('s3://bucket.example.com/key', { schemes })).toBeUndefined();
    expect(reason('HTTPS://example.com', { schemes })).toBeUndefined();
    expect(reason('http://example.com', { schemes })).toBe('scheme');
    expect(reason('file:///etc/passwd', {})).toBe('scheme');
    expect(reason('mailto:ada@example.com', { schemes: ['mailto'] })).toBeUndefined();
    expect(reason('mailto:ada@example.com', { schemes: ['mailto'], hosts: ['example.com'] })).toBe('no-host');
    expect(reason('data:text/html,<img src=http://10.0.0.1/>', { schemes: ['data'] })).toBe('nested-url');
    expect(reason('s3:/bucket', { schemes: ['s3'] })).toBe('odd-slashes');
  });

  it('allow the ports that are named, with those that schemes stand for', () => {
    const ports = [443, 8443];
    expect(reason('https://example.com', { ports })).toBeUndefined();
    expect(reason('example.com/a', { ports })).toBeUndefined();
    expect(reason('https://example.com:8443', { ports })).toBeUndefined();
    expect(reason('http://example.com', { ports })).toBe('port-not-allowed');
    expect(reason('https://example.com:22', { ports })).toBe('port-not-allowed');
    expect(reason('s3://example.com', { ports, schemes: ['s3'] })).toBe('port-not-allowed');
  });

  it('ask for a host where hosts are named', () => {
    expect(reason('/a', { hosts: ['example.com'] })).toBe('no-host');
    expect(reason('about:blank', { hosts: ['example.com'] })).toBe('no-host');
  });

  it('open a metadata service that is passed on only where it is named', () => {
    const value = 'https://example.com/go/169.254.169.254';
    expect(reason(value, {})).toBe('metadata-service');
    expect(reason(value, { hosts: ['example.com', '169.254.169.254'] })).toBeUndefined();
  });
});

it('more URLs within a URL than anybody writes are not looked at, but refused', () => {
  expect(inspectUrl(`https://example.com/?${'u=http://a.com/&'.repeat(70)}`, {})?.reason).toBe('nested-url');
});

describe('a finding', () => {
  it('says what is wrong, where, and what to do', () => {
    const value = 'http://0xA9FEA9FE/latest/meta-data?token=secret';
    expect(inspectUrl(value, {})).toEqual({
      detector: 'url',
      reason: 'disguised-address',
      message:
        'The URL "http://0xA9FEA9FE" spells an address in numbers that programs read differently (it may be read as 169.254.169.254). Use a URL of the public internet, spelt plainly.',
      span: { start: 7, end: 17 },
      evidence: 'http://0xA9FEA9FE',
    });
  });

  it('names what is allowed', () => {
    expect(inspectUrl('https://example.com', { hosts: ['a.com'] })?.message).toContain(
      'is not on the list. Allowed: a.com.',
    );
    expect(inspectUrl('ftp://example.com', {})?.message).toContain('(ftp). Allowed: http, https.');
    expect(inspectHost('redis', {})).toMatchObject({
      detector: 'host',
      message: expect.stringMatching(/^The host "redis" .*\. Use a host of the public internet/) as string,
    });
  });

  it('says which host another program would read', () => {
    expect(inspectUrl('http://example.com?@10.0.0.1/', {})?.message).toContain('some programs read the host 10.0.0.1');
  });

  it('shows neither passwords nor what could act in a terminal', () => {
    const message = inspectUrl(`http://ada:secret@\u001b[31m${'x'.repeat(300)}/?secret`, {})?.message ?? '';
    expect(message).not.toContain('secret');
    expect(message).not.toContain('\u001b');
    expect(message.length).toBeLessThan(400);
  });
});

it('never throws, and says the same of the same value', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('', 'http://', '//', 'http://a.com/?u=http://'),
      (rest, start) => {
        const value = start + rest;
        for (const inspect of [inspectUrl, inspectHost]) {
          const found = inspect(value, {});
          if (found !== undefined) expect(HOST_REASONS).toContain(found.reason);
          expect(inspect(value, {})).toEqual(found);
        }
      },
    ),
    { numRuns: 3000 },
  );
});

function timeOf(run: () => unknown): number {
  const began = performance.now();
  run();
  return performance.now() - began;
}

it('no input takes long', () => {
  const rules = new UrlRules({});
  const units = [
    'a',
    '.',
    '1.',
    'a.',
    '-',
    '@',
    ':',
    '/',
    '://',
    '?u=http://a',
    '%',
    '%2e',
    '%25',
    '[',
    '\\',
    'é',
    '。',
    '①',
    '\u0301',
    '10-',
    '0x',
    ' ',
    '\t',
    'xn--',
    '169.254.169.254 ',
  ];
  for (const unit of units) {
    for (const start of ['', 'http://', 'http://a.com/', 'http://a.com?@']) {
      for (const length of [60_000, 1_000_000]) {
        const value = start + unit.repeat(length / unit.length);
        // Others may have the machine. A time that grew with the square of the length would be seconds.
        const took = Math.min(...[1, 2, 3].map(() => timeOf(() => judgeUrl(readUrl(value), rules))));
        expect(took, `${start}${unit} × ${length}`).toBeLessThan(500);
      }
    }
  }
});
