import { expect, test } from 'vitest';
import { Seal } from './sealed.ts';

const seal = new Seal(Buffer.alloc(32, 7));

test('what is sealed is opened by the same secret alone, and only as it was', () => {
  const closed = seal.close('4024 0071', 'trace-1');
  expect(seal.open(closed)).toBe('4024 0071');
  expect(closed).not.toContain(Buffer.from('4024').toString('base64url').slice(0, 5));
  expect(new Seal(Buffer.alloc(32, 8)).open(closed)).toBeUndefined();
  const broken = Buffer.from(closed, 'base64url');
  broken[14] = (broken[14] as number) ^ 1;
  expect(seal.open(broken.toString('base64url'))).toBeUndefined();
  expect([seal.open(''), seal.open('AAAA')]).toEqual([undefined, undefined]);
});

test('the same text of two calls looks different', () => {
  expect(seal.close('a', 'trace-1')).not.toBe(seal.close('a', 'trace-2'));
});
