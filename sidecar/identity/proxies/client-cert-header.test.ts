/** https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers: its examples, and what could be read in two ways. */
import { expect, it } from 'vitest';
import { lastClientCert } from './client-cert-header.ts';

const HASH = 'Hash=468ed33be74eee6556d90c0149c1309e9ba61d6425303443c0748a02dd8de688';

it.each([
  [
    `By=http://frontend.lyft.com;${HASH};Subject="/C=US/ST=CA/CN=Test Client";URI=http://testclient.lyft.com`,
    ['http://testclient.lyft.com'],
    [],
  ],
  [`By=x;${HASH};URI=http://a,By=y;${HASH};URI=http://b`, ['http://b'], []],
  [`${HASH};Subject="CN=a, b; \\"c\\"";URI=;DNS=a.example;DNS=b.example`, [''], ['a.example', 'b.example']],
  ['By="a,b;c=d";URI="spiffe://x/y"', ['spiffe://x/y'], []],
  ['URI=a,By=b', [], []],
  ['uri=a', ['a'], []],
  ['URI="a\\\\"', ['a\\'], []],
] as const)('%s', (header, uris, dnsNames) => {
  expect(lastClientCert(header)).toEqual({ uris, dnsNames });
});

it.each([
  ['', 'nothing'],
  ['By=x;URI=a,', 'an element that is empty'],
  ['URI', 'no value'],
  ['URI="a', 'quotes without an end'],
  ['URI=a"b"', 'quotes in the middle'],
  ['URI="a"b"', 'quotes in quotes'],
  ['URI="a\\"', 'an end that is escaped'],
  ['=a', 'no key'],
  ['U RI=a', 'a key that is none'],
  ['URI=a;', 'a pair that is empty'],
])('%s cannot be read: %s', (header) => {
  expect(lastClientCert(header)).toBeUndefined();
});
