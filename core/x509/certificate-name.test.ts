import { describe, expect, it } from 'vitest';
import { nameOf, type NamedFacts, type NameRule } from './certificate-name.ts';

const SIGNS = { digitalSignature: true, certSign: false, crlSign: false };
const facts = (some: Partial<NamedFacts>): NamedFacts => ({
  ...{ dnsNames: [], uris: [], isAuthority: false, keyUsage: SIGNS },
  ...some,
});
const SPIFFE: NameRule = { names: 'Spiffe', trustDomain: 'example.org' };
const ID = 'spiffe://example.org/ns/finance/sa/billing';

describe('the name in a certificate', () => {
  it.each([
    [SPIFFE, { uris: [ID] }, ID],
    [SPIFFE, { uris: [ID], dnsNames: ['a.example', 'b.example'] }, ID],
    [{ names: 'Uri' }, { uris: ['urn:example:agent'] }, 'urn:example:agent'],
    [{ names: 'Dns' }, { dnsNames: ['Agent.Example.ORG'], uris: ['a:b', 'c:d'] }, 'agent.example.org'],
  ] as const)('by %j of %j is %s', (rule, some, name) => {
    expect(nameOf(facts(some as Partial<NamedFacts>), rule as NameRule)).toEqual({ name });
  });

  it.each([
    [SPIFFE, {}, 'it has no URI'],
    [SPIFFE, { uris: [ID, ID] }, 'several URIs'],
    [SPIFFE, { uris: ['spiffe://other.org/a'] }, 'its trust domain is other.org'],
    [SPIFFE, { uris: ['spiffe://example.org.evil.org/a'] }, 'its trust domain is example.org.evil.org'],
    [SPIFFE, { uris: ['spiffe://EXAMPLE.org/a'] }, 'no SPIFFE ID'],
    [SPIFFE, { uris: [`${ID}\0`] }, 'no SPIFFE ID'],
    [SPIFFE, { uris: ['https://example.org/a'] }, 'no SPIFFE ID'],
    [SPIFFE, { uris: ['spiffe://example.org'] }, 'no path'],
    [SPIFFE, { uris: [ID], isAuthority: true }, 'of an authority'],
    [SPIFFE, { uris: [ID], keyUsage: undefined }, 'not digitalSignature'],
    [SPIFFE, { uris: [ID], keyUsage: { ...SIGNS, digitalSignature: false } }, 'not digitalSignature'],
    [SPIFFE, { uris: [ID], keyUsage: { ...SIGNS, certSign: true } }, 'may sign certificates'],
    [SPIFFE, { uris: [`${ID}/${'x'.repeat(253)}`] }, 'longer than 253'],
    [{ names: 'Uri' }, { uris: ['no uri'] }, 'its URI is none'],
    [{ names: 'Uri' }, { uris: ['urn:a\u00e9'] }, 'its URI is none'],
    [{ names: 'Dns' }, {}, 'it has no DNS name'],
    [{ names: 'Dns' }, { dnsNames: Array.from({ length: 10 }, (_, i) => `a${i}.example`) }, 'several DNS names'],
    [{ names: 'Dns' }, { dnsNames: ['*.example.org'] }, 'its DNS name is none'],
    [{ names: 'Dns' }, { dnsNames: ['a.example.'] }, 'its DNS name is none'],
    [{ names: 'Dns' }, { dnsNames: ['a..example'] }, 'its DNS name is none'],
    [{ names: 'Dns' }, { dnsNames: ['a.example\0.evil'] }, 'its DNS name is none'],
    [{ names: 'Dns' }, { dnsNames: ['\u0430.example'] }, 'its DNS name is none'],
    [{ names: 'Dns' }, { dnsNames: ['a'.repeat(254)] }, 'its DNS name is none'],
  ] as const)('by %j of %j is none: %s', (rule, some, why) => {
    expect(nameOf(facts(some as Partial<NamedFacts>), rule as NameRule)).toMatchObject({
      why: expect.stringContaining(why),
    });
  });
});
