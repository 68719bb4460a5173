import { describe, expect, it } from 'vitest';
import { readHost } from './host-reading.ts';
import { HostRules, type HostSettings, judgeNested, judgeReading } from './host-rules.ts';

const judge = (host: string, settings: HostSettings = {}): string | undefined =>
  judgeReading(readHost(host), new HostRules(settings))?.reason;

describe('without settings', () => {
  it.each([
    ['example.com', undefined],
    ['8.8.8.8', undefined],
    ['[2606:4700::1111]', undefined],
    ['[2606:4700::5efe:808:808]', undefined],
    ['127.0.0.1', 'loopback'],
    ['10.0.0.1', 'private-address'],
    ['169.254.169.254', 'metadata-service'],
    ['[::ffff:169.254.169.254]', 'metadata-service'],
    ['[::ffff:10.0.0.1]', 'private-address'],
    ['[2606:4700::5efe:a00:1]', 'private-address'],
    ['metadata.google.internal', 'metadata-service'],
    ['localhost', 'loopback'],
    ['redis', 'internal-name'],
    ['10-0-0-1.nip.io', 'address-in-name'],
    ['a..b', 'odd-host'],
  ])('%s: %s', (host, reason) => {
    expect(judge(host)).toBe(reason);
  });
});

describe('a list of hosts', () => {
  const hosts = ['api.example.com', '*.internal', '10.0.0.1', 'metadata.goog', '[::1]'];
  it.each([
    ['api.example.com', undefined],
    ['db.internal', undefined],
    ['10.0.0.1', undefined],
    ['[::1]', undefined],
    ['metadata.goog', undefined],
    // Whoever writes a pattern does not think of these.
    ['metadata.google.internal', 'metadata-service'],
    ['example.com', 'host-not-allowed'],
    ['8.8.8.8', 'host-not-allowed'],
    ['10.0.0.2', 'private-address'],
  ])('%s: %s', (host, reason) => {
    expect(judge(host, { hosts })).toBe(reason);
  });
});

describe('names inside', () => {
  const internalHosts = ['redis', '*.svc.cluster.local'];
  it.each([
    ['redis', undefined],
    ['a.b.svc.cluster.local', undefined],
    ['example.com', undefined],
    ['kubernetes.default.svc.cluster.local', 'metadata-service'],
    ['mongo', 'internal-name'],
  ])('%s: %s', (host, reason) => {
    expect(judge(host, { internalHosts })).toBe(reason);
  });
});

describe('ranges of addresses', () => {
  const privateAddresses = ['10.1.0.0/16', '127.0.0.0/8', '169.254.0.0/16', 'fd00:1::/32'];
  it.each([
    ['10.1.2.3', undefined],
    ['127.0.0.1', undefined],
    ['[fd00:1::1]', undefined],
    ['10.2.0.1', 'private-address'],
    ['[::ffff:10.1.2.3]', 'private-address'],
    ['0x0a010203', 'disguised-address'],
    ['169.254.169.254', 'metadata-service'],
    ['localhost', 'loopback'],
  ])('%s: %s', (host, reason) => {
    expect(judge(host, { privateAddresses })).toBe(reason);
  });

  it('stand beside a list of hosts', () => {
    expect(judge('10.1.2.3', { privateAddresses, hosts: ['example.com'] })).toBeUndefined();
    expect(judge('8.8.8.8', { privateAddresses, hosts: ['example.com'] })).toBe('host-not-allowed');
  });
});

it('says what to do instead', () => {
  expect(new HostRules({}).mend('a URL')).toBe('Use a URL of the public internet, spelt plainly.');
  expect(new HostRules({ hosts: ['a.com', '*.b.com'] }).mend('a URL')).toBe('Allowed: a.com, *.b.com.');
});

const nested = (host: string, rules: HostRules): string | undefined => judgeNested(readHost(host), rules)?.reason;

it('judges a URL within a URL by whether it leads inside', () => {
  const rules = new HostRules({ internalHosts: ['db.internal'] });
  const hosts = ['b.com', 'db.internal', '10.0.0.1', 'x.internal', '127.1', '8.8.8.8'];
  expect(hosts.map((host) => nested(host, rules))).toEqual([
    ...[undefined, undefined, 'private-address', 'internal-name', 'disguised-address', undefined],
  ]);
});

it('holds a URL within a URL against the list, too', () => {
  const rules = new HostRules({ hosts: ['a.com', '*.b.com', 'db.internal'], privateAddresses: ['10.0.0.0/8'] });
  const hosts = ['a.com', 'x.b.com', 'db.internal', '10.0.0.1', 'c.com', '8.8.8.8', '192.168.0.1'];
  expect(hosts.map((host) => nested(host, rules))).toEqual([
    ...[undefined, undefined, undefined, undefined, 'host-not-allowed', 'host-not-allowed', 'private-address'],
  ]);
});
