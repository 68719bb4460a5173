import { expect, it } from 'vitest';
import { trustedProxiesSchema } from './trusted-proxies.ts';

const EDGE = { name: 'edge', addresses: ['10.0.4.0/24'], user: {} };
const GATEWAY = { trust: 'mesh', name: 'spiffe://example.org/gateway' };
const complaints = (...proxies: object[]): string[] =>
  (trustedProxiesSchema.safeParse(proxies).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

it.each([
  [EDGE],
  [{ name: 'a', certificate: GATEWAY, clientCertificate: { names: 'Dns' } }],
  [{ ...EDGE, user: { header: 'X-Auth-Request-User', groups: 'Remote-Groups' } }],
])('%j is one', (proxy) => expect(complaints(proxy)).toEqual([]));

it.each([
  [{ ...EDGE, addresses: ['10.0.4.1'] }, 'addresses.0: is not a range'],
  [{ ...EDGE, addresses: ['::/0'] }, 'addresses.0: is everybody'],
  [{ ...EDGE, certificate: GATEWAY }, ': says twice, or not at all, how'],
  [{ name: 'edge', user: {} }, ': says twice, or not at all, how'],
  [{ ...EDGE, clientCertificate: { names: 'Dns' } }, ': says twice, or not at all, what'],
  [{ ...EDGE, user: undefined }, ': says twice, or not at all, what'],
  [{ ...EDGE, user: undefined, clientCertificate: { names: 'Spiffe' } }, 'trustDomain: is missing'],
])('%j is none', (proxy, complaint) => {
  expect(complaints(proxy)).toEqual([expect.stringContaining(complaint)]);
});

it.each(['Authorization', 'Mcp-Session-Id', 'X-Forwarded-For', 'Content-Type', 'a b', 'x_user', ''])(
  '%j is no header for names',
  (header) => {
    expect(complaints({ ...EDGE, user: { header } })).toContainEqual(
      expect.stringContaining('0.user.header: is not the name of a header'),
    );
  },
);

it('two have not one name', () => {
  expect(complaints(EDGE, EDGE)).toEqual([expect.stringContaining('1.name: stands here twice')]);
});
