/** With a list of hosts, whatever does not lead to one of them in every program's reading is refused, however much it looks like it. */
import * as fc from 'fast-check';
import { parse } from 'node:url';
import { describe, expect, test } from 'vitest';
import { HostSet } from './host-set.ts';
import { inspectHost, inspectUrl } from './urls.ts';

const hosts = ['api.example.com', '*.example.org'];

describe.each(['api.example.com', 'a.example.org'])('to look like %s does not help', { tags: ['urls'] }, (good) => {
  const evil = 'evil.net';
  test.each([
    ...[`https://${evil}`, `https://${evil}/${good}`, `https://${evil}?${good}`, `https://${evil}#${good}`],
    ...[
      `https://${good}.${evil}`,
      `https://${good}${evil}`,
      `https://evil${good.slice(good.indexOf('.') + 1)}`,
      `https://${good}-${evil}`,
    ],
    ...[`https://x${good}.evil.net`, `https://${good.replaceAll('.', '-')}.net`, `https://${good.replace('.', 'x')}`],
    ...[`https://${good.replace('.com', '.co')}m.net`, `https://${good}:443.${evil}`, `https://${good}:@${evil}`],
    ...[
      `https://${good}@${evil}`,
      `https://${good}:443@${evil}`,
      `https://${good}:x@${evil}`,
      `https://${evil}@${good}`,
    ],
    ...[
      `https://a@${good}@${evil}`,
      `https://${evil}#@${good}`,
      `https://${evil}?@${good}/`,
      `https://${good}#@${evil}`,
    ],
    ...[
      `https://${good}?@${evil}/`,
      `https://${good}#\\@${evil}/`,
      `https://${good}?\\${evil}`,
      `https://${evil}\\.${good}`,
    ],
    ...[
      `https://${good}\\@${evil}`,
      `https://${evil}\\@${good}`,
      `https://${evil}\\${good}`,
      `https:\\\\${evil}\\${good}`,
    ],
    ...[`https://${evil};${good}`, `https://${good};${evil}`, `https://${good},${evil}`, `https://${good}|${evil}`],
    ...[`https://${evil} ${good}`, `https://${good} ${evil}`, `https://${evil}\t${good}`, `https://${evil}\n.${good}`],
    ...[
      `https://${evil}%00.${good}`,
      `https://${evil}%2f.${good}`,
      `https://${evil}%23.${good}`,
      `https://${evil}%5c.${good}`,
    ],
    ...[
      `https://${evil}%40${good}`,
      `https://${good}%40${evil}`,
      `https://${good}%2e${evil}`,
      `https://${good}%0d%0a.${evil}`,
    ],
    ...[
      `https://${evil}／.${good}`,
      `https://${evil}⁄.${good}`,
      `https://${good}。${evil}`,
      `https://${evil}\u2100.${good}`,
    ],
    ...[
      `https://${evil}?.${good}`,
      `https://${evil}＃.${good}`,
      `https://${evil}＠${good}`,
      `https://${good}＠${evil}`,
    ],
    ...[`https://${good.replace('e', 'е')}`, `https://${good.replace('m', 'ⓜ')}`, `https://${good.replace('.', '。')}`],
    ...[
      `https://${good}\u200b.${evil}`,
      `https://${good}..`,
      `https://.${good}`,
      `https://${good}%`,
      `https://${good}~${evil}`,
    ],
    ...[`https:${evil}`, `https:/${evil}`, `https:///${evil}`, `https:/\\${evil}`, `https:/${good}@${evil}`],
    ...[`//${evil}`, `//${evil}/${good}`, `///${evil}`, `/\\${evil}`, `\\\\${evil}`, `\\/${evil}`, `//${good}@${evil}`],
    ...[evil, `${evil}/${good}`, `${good}@${evil}`, `${good}.${evil}`, `${good}:80@${evil}`, `${evil}:80/${good}`],
    ...[`/${good}`, `./${good}`, `?${good}`, `#${good}`, '', 'index.html'],
    ...[`ftp://${good}`, `javascript://${good}/%0aalert(1)`, `data:text/html,${good}`, `file://${good}/etc/passwd`],
    ...[
      `x-https://${good}`,
      `https.://${good}`,
      `view-source:https://${good}`,
      `blob:https://${good}/1`,
      `url:https://${good}`,
    ],
    ...[
      `<https://${good}>`,
      `"https://${good}"`,
      `(https://${evil})`,
      `https://[${good}]`,
      `https://{${good},${evil}}/`,
    ],
    ...[
      `http://169.254.169.254/?${good}`,
      `http://2852039166#${good}`,
      `https://${good}:99999`,
      `https://${good}:80:90`,
    ],
  ])('%s', (value) => {
    expect(inspectUrl(value, { hosts }), value).toBeDefined();
  });

  test.each([
    `https://${good}`,
    `HTTPS://${good.toUpperCase()}:8443/a?b=@c#d`,
    `http://${good}./`,
    `//${good}/`,
    ` ${good}/a `,
  ])('%s leads there', (value) => {
    expect(inspectUrl(value, { hosts })).toBeUndefined();
  });

  test('as a host', () => {
    expect(inspectHost(good, { hosts })).toBeUndefined();
    expect(inspectHost(`${good}:443`, { hosts })).toBeUndefined();
    for (const value of [
      evil,
      `${good}.${evil}`,
      `${good}@${evil}`,
      `${good}/${evil}`.replace('/', ' '),
      `x.${good}.net`,
    ]) {
      expect(inspectHost(value, { hosts }), value).toBeDefined();
    }
  });
});

const piece = fc.constantFrom(
  ...[
    'https:',
    'http:',
    '//',
    '/',
    '\\',
    '@',
    ':',
    '.',
    '%2e',
    '%40',
    '\t',
    ' ',
    '。',
    '＠',
    '?',
    '#',
    '[',
    ']',
    ';',
    ',',
  ],
  ...[
    'api.example.com',
    'example.com',
    'evil.net',
    'a.example.org',
    'localhost',
    '127.1',
    '::1',
    'xn--',
    '\u00ad',
    'ß',
  ],
);

test('what is accepted is a host of the list to every parser at hand', { tags: ['urls'] }, () => {
  const list = new HostSet(hosts);
  const pieces = fc.array(piece, { maxLength: 10 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(
      fc.oneof(
        pieces,
        pieces.map((rest) => `https://${rest}`),
        pieces.map((rest) => `https://api.example.com${rest}`),
      ),
      (value) => {
        if (inspectUrl(value, { hosts }) !== undefined) return;
        const whole = /^\s*https?:/i.test(value)
          ? value
          : value.trim().startsWith('//')
            ? `https:${value.trim()}`
            : `https://${value.trim()}`;
        const plain = (host: string | null | undefined): string => (host ?? '').replace(/\.$/, '');
        expect(list.has(plain(URL.parse(whole)?.hostname)), whole).toBe(true);
        // The parser that Node had before, which reads as RFC 3986 and older programs do.
        expect(list.has(plain(parse(whole).hostname)), whole).toBe(true);
      },
    ),
    { numRuns: 5000 },
  );
});
