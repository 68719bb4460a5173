import { expect, it } from 'vitest';
import { readJws } from './jws.ts';

const encode = (text: string): string => Buffer.from(text).toString('base64url');
const HEAD = encode('{"alg":"ES256"}');
const BODY = encode('{"sub":"ada"}');

it('says what stands in it, and what is signed', () => {
  expect(readJws(`${HEAD}.${BODY}.c2ln`)).toEqual({
    header: { alg: 'ES256' },
    payload: { sub: 'ada' },
    signed: `${HEAD}.${BODY}`,
    signature: Buffer.from('sig'),
  });
});

it('may have no signature, which is nobody’s', () => {
  expect(readJws(`${HEAD}.${BODY}.`)?.signature).toHaveLength(0);
});

it.each([
  ['two parts', `${HEAD}.${BODY}`],
  ['four parts', `${HEAD}.${BODY}.c2ln.c2ln`],
  ['five parts, as of what is encrypted', `${HEAD}..aXY.Y3Q.dGFn`],
  ['base64 that is not of URLs', `${HEAD}.${BODY}.c2l+`],
  ['padding', `${HEAD}.${BODY}.c2ln==`],
  ['bits that stand for nothing', `${HEAD}.${BODY}.c2k9`.replace('c2k9', 'c2l')],
  ['a header that is no JSON', `${encode('{alg}')}.${BODY}.c2ln`],
  ['a payload that is a list', `${HEAD}.${encode('[]')}.c2ln`],
  ['a payload that is a token itself', `${HEAD}.${encode(`${HEAD}.${BODY}.c2ln`)}.c2ln`],
  ['a claim twice', `${HEAD}.${encode('{"sub":"ada","sub":"eve"}')}.c2ln`],
  ['a member of the header twice', `${encode('{"alg":"none","alg":"ES256"}')}.${BODY}.c2ln`],
  ['a claim twice, once with an escape', `${HEAD}.${encode(String.raw`{"sub":"ada","s\u0075b":"eve"}`)}.c2ln`],
  ['bytes that are no text', `${HEAD}.${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}.c2ln`],
])('is not %s', (_what, text) => expect(readJws(text)).toBeUndefined());
