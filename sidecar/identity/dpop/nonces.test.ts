import { expect, it } from 'vitest';
import { Nonces } from './nonces.ts';

const [own, shared, older] = ['a', 'b', 'c'].map((letter) => Buffer.from(letter.repeat(32))) as [
  Buffer,
  Buffer,
  Buffer,
];
const NOW = 1_700_000_000_500;

it('says when it was made, to the second', () => {
  const nonces = new Nonces(own);
  const nonce = nonces.at(NOW);
  // RFC 9449 §8.1: NQCHAR
  expect(nonce).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/);
  expect(nonces.secondOf(nonce)).toBe(1_700_000_000);
  expect(nonces.at(NOW + 400)).toBe(nonce);
  expect(nonces.at(NOW + 600)).not.toBe(nonce);
});

it('of another process is none, until both have the same key', () => {
  const [one, other] = [new Nonces(own), new Nonces(older)];
  expect(other.secondOf(one.at(NOW))).toBeUndefined();
  one.adopt(shared, []);
  other.adopt(shared, []);
  expect(other.secondOf(one.at(NOW))).toBe(1_700_000_000);
});

it('of a key that was replaced is good while that is known, and what was given out before there was one', () => {
  const nonces = new Nonces(own);
  const first = nonces.at(NOW);
  nonces.adopt(older, []);
  const second = nonces.at(NOW);
  nonces.adopt(shared, [older]);
  expect([first, second].map((nonce) => nonces.secondOf(nonce))).toEqual([1_700_000_000, 1_700_000_000]);
  nonces.adopt(shared, []);
  expect(nonces.secondOf(second)).toBeUndefined();
});

it.each(['', '.', 'x', 's44we8.', `s44we8.${'A'.repeat(22)}`, `S44WE8.${'A'.repeat(22)}`, 'a'.repeat(1_000)])(
  '%j is none',
  (nonce) => expect(new Nonces(own).secondOf(nonce)).toBeUndefined(),
);

it('says nothing of another second', () => {
  const nonces = new Nonces(own);
  const [text = '', tag = ''] = nonces.at(NOW).split('.');
  const later = (parseInt(text, 36) + 1).toString(36);
  expect(nonces.secondOf(`${later}.${tag}`)).toBeUndefined();
});
