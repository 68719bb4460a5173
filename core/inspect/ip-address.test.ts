import { describe, expect, it } from 'vitest';
import { AddressSet, isRange, readAddress } from './ip-address.ts';

describe('readAddress', () => {
  it.each([
    ['8.8.8.8', 'public'],
    ['172.32.0.1', 'public'],
    ['100.128.0.1', 'public'],
    ['2606:4700::1111', 'public'],
    ['127.255.0.1', 'loopback'],
    ['0.0.0.0', 'loopback'],
    ['0.9.9.9', 'loopback'],
    ['::1', 'loopback'],
    ['::', 'loopback'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['192.168.255.255', 'private'],
    ['fd12::1', 'private'],
    ['fec0::1', 'private'],
    ['169.254.0.1', 'link-local'],
    ['fe80::1', 'link-local'],
    ['100.64.0.1', 'carrier-grade NAT'],
    ['239.1.1.1', 'multicast'],
    ['255.255.255.255', 'multicast'],
    ['ff02::1', 'multicast'],
    ['192.0.2.1', 'reserved'],
    ['198.18.0.1', 'reserved'],
    ['240.0.0.1', 'reserved'],
    ['2001:db8::1', 'reserved'],
    ['100::1', 'reserved'],
    ['4000::1', 'reserved'],
  ])('%s is %s', (text, kind) => {
    expect(readAddress(text)).toEqual({
      text,
      kind,
      inner: text === '::' || text === '::1' ? [expect.any(String)] : [],
    });
  });

  it.each([
    ['::ffff:7f00:1', ['127.0.0.1']],
    ['::7f00:1', ['127.0.0.1']],
    ['::ffff:0:7f00:1', ['127.0.0.1']],
    ['64:ff9b::a00:1', ['10.0.0.1']],
    ['64:ff9b:1:a00:0:100::', ['0.0.0.0', '10.0.0.1']],
    ['2002:a9fe:a9fe::1', ['169.254.169.254']],
    ['2001:0:a00:1::80ff:fffe', ['10.0.0.1', '127.0.0.1']],
  ])('%s is made of %j', (text, inner) => {
    expect(readAddress(text)).toMatchObject({ kind: 'embedding', inner });
  });

  it('sees what an ISATAP interface of a public network holds', () => {
    expect(readAddress('2606:4700::5efe:a00:1')).toMatchObject({ inner: ['10.0.0.1'] });
    expect(readAddress('2606:4700::200:5efe:a00:1')).toMatchObject({ inner: ['10.0.0.1'] });
  });

  it.each(['', 'example.com', '127.1', '1.2.3.256', '0x7f.0.0.1', ':::', 'fe80::1%eth0 x', 'a:b'])(
    '%j is none',
    (text) => {
      expect(readAddress(text)).toBeUndefined();
    },
  );
});

describe('AddressSet', () => {
  it('holds the addresses of its ranges, of both families', () => {
    const set = new AddressSet(['10.1.0.0/16', 'fd00:1::/32']);
    expect(['10.1.2.3', 'fd00:1::7', '10.2.0.1', 'fd00:2::1', '::ffff:a01:203'].map((text) => set.has(text))).toEqual([
      ...[true, true, false, false, false],
    ]);
  });

  it.each([
    ['10.0.0.0/8', true],
    ['fd00::/8', true],
    ['10.0.0.0', false],
    ['10.0.0.0/33', false],
    ['10.0/8', false],
    ['example.com/8', false],
  ])('%s is a range: %s', (text, is) => {
    expect(isRange(text)).toBe(is);
  });
});
