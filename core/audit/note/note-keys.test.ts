import { expect, test } from 'vitest';
import { newSigningKey, parseSigningKey, parseVerifierKey, signingKey } from './note-keys.ts';

/** The example of golang.org/x/mod/sumdb/note, which everybody has. */
const VERIFIER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const SIGNER = ['PRIVATE', 'KEY', 'PeterNeumann', 'c74f20a3', 'AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz'].join('+');

test('keys in the forms of Go are read, and belong together', () => {
  expect(parseVerifierKey(VERIFIER)).toMatchObject({ name: 'PeterNeumann', id: 'c74f20a3', text: VERIFIER });
  expect(parseSigningKey(`${SIGNER}\n`)?.verifier.text).toBe(VERIFIER);
});

test('a new key can be read, and has its own id', () => {
  const key = parseSigningKey(newSigningKey('sallyport/default/files'));
  expect(key?.verifier.text).toMatch(/^sallyport\/default\/files\+[0-9a-f]{8}\+A[A-Za-z0-9+/]{43}$/);
  expect(parseVerifierKey(key?.verifier.text ?? '')?.id).toBe(key?.verifier.id);
});

test.each([
  ['nothing', ''],
  ['a key with the id of another', VERIFIER.replace('c74f20a3', 'c74f20a4')],
  ['a key with another name', VERIFIER.replace('Peter', 'Petra')],
  ['a key of another kind', VERIFIER.replace('+AR', '+BR')],
  ['a key that is cut off', VERIFIER.slice(0, -4)],
  ['a private key', SIGNER],
])('%s is no verifier key', (_, text) => {
  expect(parseVerifierKey(text)).toBeUndefined();
});

test('a signing key with the id of another is none', () => {
  expect(parseSigningKey(SIGNER.replace('c74f20a3', 'c74f20a4'))).toBeUndefined();
  expect(parseSigningKey(VERIFIER)).toBeUndefined();
});

test.each(['', 'a b', 'a+b', 'a\nb', 'a\u2003b'])('%j cannot be the name of a key', (name) => {
  expect(() => signingKey(name, Buffer.alloc(32))).toThrow('cannot be the name of a key');
});
