import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Masking, findIn, maskText } from './mask.ts';
import { type Secret, readSecret } from './secret.ts';

function secretOf(name: string, value: string): Secret {
  const secret = readSecret(name, value);
  if ('problem' in secret) throw new Error(secret.problem);
  return secret;
}

const KEY = secretOf('api', 'sk-live-0123456789');
const OTHER = secretOf('other', 'sk-live-9876543210');

function masked(pieces: readonly Buffer[], secrets = [KEY, OTHER]): { text: string; found: string[] } {
  const found: string[] = [];
  const masking = new Masking(
    () => secrets,
    ({ name }) => found.push(name),
  );
  const out = [...pieces.map((piece) => Buffer.from(masking.push(piece))), masking.end()];
  return { text: Buffer.concat(out).toString('latin1'), found };
}

describe('a key in what comes in pieces', () => {
  it('is covered by as many asterisks, wherever the pieces are cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary-ascii', maxLength: 30 }),
        fc.string({ unit: 'binary-ascii', maxLength: 30 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
        (before, after, sizes) => {
          const text = `${before}${KEY.value}${after}`;
          const bytes = Buffer.from(text);
          const pieces: Buffer[] = [];
          for (let at = 0; at < bytes.length;) {
            const size = sizes.next().value ?? 1;
            pieces.push(bytes.subarray(at, at + size));
            at += size;
          }
          const { text: out, found } = masked(pieces);
          expect(found).toEqual(['api']);
          expect(out).toBe(`${before}${'*'.repeat(KEY.value.length)}${after}`);
        },
      ),
    );
  });

  it('is told of each time', () => {
    expect(masked([Buffer.from(`${KEY.value} ${OTHER.value} ${KEY.value}`)]).found).toEqual(['api', 'api', 'other']);
  });
});

describe('a key that begins with another one', () => {
  const short = secretOf('short', 'sk-live-01234567');
  const long = secretOf('long', 'sk-live-01234567-of-the-admin');

  it.each([
    [[short, long], 0],
    [[long, short], 0],
    [[short, long], short.value.length],
    [[short, long], short.value.length + 4],
    [[short, long], 4],
  ] as const)('is covered as a whole: %#', (secrets, cut) => {
    const bytes = Buffer.from(`a ${long.value} b`);
    const { text, found } = masked([bytes.subarray(0, 2 + cut), bytes.subarray(2 + cut)], [...secrets]);
    expect(text).toBe(`a ${'*'.repeat(long.value.length)} b`);
    expect(found.toSorted()).toEqual(['long', 'short']);
  });

  it('does not show that one where nothing follows', () => {
    expect(masked([Buffer.from(`a ${short.value}-of`)], [short, long]).text).toBe(`a ${'*'.repeat(16)}-of`);
  });
});

it('a key that is another one by now is covered as well', () => {
  const secrets = [KEY];
  const masking = new Masking(
    () => secrets,
    () => {},
  );
  masking.push(Buffer.from('data: 1\n\n'));
  secrets.push(OTHER);
  expect(masking.push(Buffer.from(`${OTHER.value}\n`)).toString()).toBe(`${'*'.repeat(18)}\n`);
});

describe('what is no key', () => {
  it('goes on as it is, in the very same buffer', () => {
    const masking = new Masking(
      () => [KEY],
      () => expect.fail('there is none'),
    );
    const chunk = Buffer.from('{"jsonrpc":"2.0","id":1,"result":{}}');
    expect(masking.push(chunk)).toBe(chunk);
    expect(masking.end()).toHaveLength(0);
  });

  it('goes on at once, but for what could be the beginning of one', () => {
    const masking = new Masking(
      () => [KEY],
      () => expect.fail('there is none'),
    );
    expect(masking.push(Buffer.from('data: {"a":1}\n\n')).toString()).toBe('data: {"a":1}\n\n');
    expect(masking.push(Buffer.from('data: sk-li')).toString()).toBe('data: ');
    expect(masking.push(Buffer.from('me\n\n')).toString()).toBe('sk-lime\n\n');
    expect(masking.push(Buffer.from('sk-')).toString()).toBe('');
    expect(masking.end().toString()).toBe('sk-');
  });
});

it('is found without a change in what a caller sends', () => {
  expect(findIn(Buffer.from(`{"key":"${KEY.value}"}`), [KEY, OTHER])).toEqual([KEY]);
  expect(findIn(Buffer.from('{}'), [KEY, OTHER])).toEqual([]);
});

it('is covered in a text, such as a header', () => {
  expect(maskText(`Bearer ${KEY.value}, é`, [KEY], () => {})).toBe(`Bearer ${'*'.repeat(18)}, é`);
});
