/** Made, not collected: each address that leads inside, in each spelling that some program takes for it. */
import { describe, expect, test } from 'vitest';
import { HOST_REASONS } from './host-findings.ts';
import { inspectHost, inspectUrl } from './urls.ts';

const INNER = ['127.0.0.1', '127.127.3.9', '0.0.0.0', '10.1.2.3', '172.31.255.1', '192.168.0.20', '169.254.169.254']
  .concat(['100.64.3.2', '100.100.100.200', '224.0.0.251', '255.255.255.255', '192.0.0.192', '168.63.129.16'])
  .map((text) => text.split('.').map(Number) as [number, number, number, number]);

type Quad = (typeof INNER)[number];

const hex = (number: number): string => number.toString(16);
const octal = (number: number): string => `0${number.toString(8)}`;
const whole = ([a, b, c, d]: Quad): number => ((a * 256 + b) * 256 + c) * 256 + d;
const swapped = (text: string, zero: number, dot: string): string =>
  text.replaceAll(/[0-9]/g, (digit) => String.fromCodePoint(zero + Number(digit))).replaceAll('.', dot);
/** ⓪ stands apart from ① to ⑳. */
const circled = (text: string): string =>
  text.replaceAll(/[0-9]/g, (digit) => (digit === '0' ? '⓪' : String.fromCodePoint(0x245f + Number(digit))));
const groups = ([a, b, c, d]: Quad): string => `${hex(a * 256 + b)}:${hex(c * 256 + d)}`;
const turned = (quad: Quad): string => groups(quad.map((byte) => byte ^ 0xff) as Quad);

const SPELLINGS: Record<string, (quad: Quad) => string> = {
  'four numbers': (quad) => quad.join('.'),
  'one number': (quad) => String(whole(quad)),
  'one hexadecimal number': (quad) => `0x${hex(whole(quad))}`,
  'one hexadecimal number in capitals': (quad) => `0X${hex(whole(quad)).toUpperCase()}`,
  'one octal number': (quad) => octal(whole(quad)),
  'hexadecimal numbers': (quad) => quad.map((byte) => `0x${hex(byte)}`).join('.'),
  'octal numbers': (quad) => quad.map(octal).join('.'),
  'numbers with zeros before': (quad) => quad.map((byte) => octal(byte).padStart(7, '0')).join('.'),
  'mixed numbers': ([a, b, c, d]) => `0x${hex(a)}.${octal(b)}.${c}.${d}`,
  'two numbers': ([a, b, c, d]) => `${a}.${(b * 256 + c) * 256 + d}`,
  'three numbers': ([a, b, c, d]) => `${a}.${b}.${c * 256 + d}`,
  'numbers that count on': ([a, b, c, d]) => `${a + 256}.${b + 256}.${c + 256}.${d + 256}`,
  'a dot at the end': (quad) => `${quad.join('.')}.`,
  'full-width digits': (quad) => swapped(quad.join('.'), 0xff10, '．'),
  'mathematical digits': (quad) => swapped(quad.join('.'), 0x1d7ce, '.'),
  'circled digits': (quad) => circled(quad.join('.')),
  'ideographic dots': (quad) => quad.join('。'),
  'half-width ideographic dots': (quad) => quad.join('｡'),
  'percent escapes': (quad) => quad.join('.').replaceAll('.', '%2e'),
  'percent escapes of all': (quad) => Array.from(quad.join('.'), (char) => `%${hex(char.charCodeAt(0))}`).join(''),
  'percent escapes twice': (quad) => quad.join('%252e'),
  'IPv4-mapped': (quad) => `[::ffff:${quad.join('.')}]`,
  'IPv4-mapped, in groups': (quad) => `[::FFFF:${groups(quad)}]`,
  'IPv4-mapped, written out': (quad) => `[0:0:0:0:0:ffff:${groups(quad)}]`,
  'IPv4-compatible': (quad) => `[::${quad.join('.')}]`,
  'IPv4-translated': (quad) => `[::ffff:0:${groups(quad)}]`,
  NAT64: (quad) => `[64:ff9b::${groups(quad)}]`,
  'NAT64 of a network': (quad) => `[64:ff9b:1::${groups(quad)}]`,
  '6to4': (quad) => `[2002:${groups(quad)}::1]`,
  Teredo: (quad) => `[2001:0:808:808:0:3f57:${turned(quad)}]`,
  ISATAP: (quad) => `[2606:4700::5efe:${groups(quad)}]`,
  'wildcard DNS': (quad) => `${quad.join('.')}.nip.io`,
  'wildcard DNS with dashes': (quad) => `app-${quad.join('-')}.sslip.io`,
  'wildcard DNS in hexadecimal': (quad) => `${hex(whole(quad)).padStart(8, '0')}.nip.io`,
  rebinding: (quad) => `make-1.1.1.1-rebind-${quad.join('.')}-rr.1u.ms`,
};

const SHAPES: Record<string, (host: string) => string> = {
  plain: (host) => `http://${host}/`,
  'without a path': (host) => `https://${host}`,
  'with port, path and query': (host) => `HTTP://${host}:8080/a?b=c#d`,
  'with an empty port': (host) => `http://${host}:/`,
  'behind a name': (host) => `http://example.com@${host}/`,
  'behind a name and a port': (host) => `http://example.com:80@${host}:80/`,
  'with one slash': (host) => `http:/${host}/`,
  'without slashes': (host) => `http:${host}`,
  'with three slashes': (host) => `https:///${host}/`,
  'with backslashes': (host) => `http:\\\\${host}\\a`,
  'behind a backslash': (host) => `http://example.com\\@${host}/`,
  'before a backslash': (host) => `http://${host}\\@example.com/`,
  'with a tab inside': (host) => `ht\ttp://${host.slice(0, 2)}\t${host.slice(2)}/`,
  'between blanks': (host) => `  http://${host}/ \n`,
  'behind a blank of another kind': (host) => `\u00a0http://${host}/`,
  'behind a hidden character': (host) => `\u200bhttp://${host}/`,
  'relative to a scheme': (host) => `//${host}/a`,
  'relative to a scheme, with backslashes': (host) => `/\\${host}/a`,
  'without a scheme': (host) => `${host}:8080/a`,
  'with another scheme': (host) => `gopher://${host}:70/_x`,
  'in another scheme': (host) => `jar:http://${host}!/`,
  'behind a fragment with a name': (host) => `http://example.com#@${host}/`,
  'passed on by a redirector': (host) => `https://example.com/go?to=http://${host}/a`,
  'passed on, encoded': (host) => `https://example.com/go?to=${encodeURIComponent(`http://${host}/a`)}`,
};

describe.each(Object.entries(SPELLINGS))('an inner address spelt as %s', { tags: ['urls'] }, (_, spell) => {
  test.each(Object.entries(SHAPES))('is found in a URL %s', (shape, write) => {
    const isPassedOn = shape.startsWith('passed on') || shape.startsWith('behind a fragment');
    for (const quad of INNER) {
      const host = spell(quad);
      // What a public host passes on is judged only where it can be read.
      if (isPassedOn && /[^\x20-\x7e]|%/.test(host)) continue;
      const value = write(host);
      const found = inspectUrl(value, {});
      expect(found, value).toBeDefined();
      expect(HOST_REASONS).toContain(found?.reason);
    }
  });

  test('is found as a host, with a port or without', () => {
    for (const quad of INNER) {
      const host = spell(quad);
      for (const value of [host, `${host}:8080`, ` ${host}`]) expect(inspectHost(value, {}), value).toBeDefined();
    }
  });
});

const IPV6 = [
  '::',
  '::1',
  'fe80::1',
  'fe80::1%eth0',
  'fc00::1',
  'fd00:ec2::254',
  'fd20:ce::254',
  'fec0::1',
  'ff02::1',
].concat([
  '2001:db8::1',
  '3fff::1',
  '100::1',
  '5f00::1',
  '4000::1',
  '0:0:0:0:0:0:0:1',
  '0000::1',
  '2001:2::1',
  '2001:10::1',
]);

test.each(IPV6)('the IPv6 address %s is not public', (address) => {
  for (const value of [`http://[${address}]/`, `[${address}]:80/`, `https://a.com@[${address}]`]) {
    expect(inspectUrl(value, {}), value).toBeDefined();
  }
  expect(inspectHost(address, {})).toBeDefined();
});

const NAMES = [
  ...['localhost', 'LOCALHOST', 'localhost.', 'app.localhost', 'localhost.localdomain', 'localhost4.localdomain4'],
  ...['ip6-localhost', 'ip6-loopback', 'ipv6-localhost', 'localhost.example.com', 'loopback', 'xn--localhost-'],
  ...[
    'metadata',
    'metadata.google.internal',
    'metadata.google.internal.',
    'Metadata.Goog',
    'instance-data',
    'rancher-metadata',
  ],
  ...['metadata.tencentyun.com', 'metadata.packet.net', 'api.metadata.cloud.ibm.com'],
  ...['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'],
  ...['redis', 'redis.staging', 'vault.vault.svc', 'x.y.pod.cluster.local', 'db.internal', 'ip-10-0-0-1.ec2.internal'],
  ...['host.docker.internal', 'host.containers.internal', 'printer.local', 'wiki.corp', 'nas.lan', 'router.home.arpa'],
  ...['localtest.me', 'a.localtest.me', 'lvh.me', 'a.lvh.me', 'vcap.me', 'foo.lndo.site', '7f000001.c0a80001.rbndr.us'],
  ...['ip-10-2-3-4.example.com', '10.0.0.1.example.com', '1.127.0.0.1.example.com', 'ｌocalhost', 'loca\u017fhost.com'],
  ...['ⓛⓞⓒⓐⓛⓗⓞⓢⓣ', 'local\u00adhost', 'localho\u200dst', '%6c%6f%63alhost', 'meta%64ata.google.internal', '\u2488'],
];

test.each(NAMES)('the name %s leads inside', { tags: ['urls'] }, (name) => {
  for (const value of [`http://${name}/`, `https://${name}:8443`, `http://a.com@${name}/`, `//${name}/x`]) {
    expect(inspectUrl(value, {}), value).toBeDefined();
  }
  expect(inspectHost(name, {})).toBeDefined();
});
