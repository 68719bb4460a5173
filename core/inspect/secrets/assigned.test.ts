import { describe, expect, it } from 'vitest';
import { secretEnd } from './assigned.ts';
import { assignmentAt } from './assignments.ts';
import { randomOf, sample } from './testing/sample.ts';

const random = randomOf(5);
const value = sample('[a-z0-9]{32}', random);
const assigned = (text: string): string | undefined => {
  const assignment = assignmentAt(text, text.search(/key|token|auth|passw/i));
  const end = assignment === undefined ? undefined : secretEnd(text, assignment);
  return end === undefined ? undefined : text.slice(assignment?.at, end);
};

describe('a hash', () => {
  const hash = sample('[0-9a-f]{40}', random);

  it('is a secret under a name that leaves no doubt', () => {
    expect([assigned(`api_key=${hash}`), assigned(`"token": "${hash}"`)]).toEqual([hash, hash]);
  });

  it('is none under another', () => {
    const texts = [`key: ${hash}`, `token_hash: ${hash}`, `"/a/passwords.ts": "${hash}"`];
    expect(texts.map(assigned)).toEqual([undefined, undefined, undefined]);
  });
});

describe('a password', () => {
  it('may have any characters between quotes', () => {
    expect(assigned('password: "Tr0ub&4dor"')).toBe('Tr0ub&4dor');
  });

  it('ends where the next one of its list begins', () => {
    expect(assigned('Server=db;Password=Tr0ub&4dor;Port=1')).toBeUndefined();
    expect(assigned('Server=db;Password=Tr0ub!4dor;Port=1')).toBe('Tr0ub!4dor');
    expect(assigned('password=get(Name1)')).toBeUndefined();
  });

  it('is all of its quotes, or of its line', () => {
    expect(assigned('password: "Ab1cdefghij&x!2"')).toBe('Ab1cdefghij&x!2');
    expect(assigned('a: 1\nDB_PASSWORD=Tr0ub&4dor\n')).toBe('Tr0ub&4dor');
    expect(assigned('  password: z.string().min(8),')).toBeUndefined();
  });

  it('is what XML and prose say it is', () => {
    expect(assigned('<password>Tr0ub&4dor</password>')).toBeUndefined();
    expect(assigned('<password>Tr0ub!4dor</password>')).toBe('Tr0ub!4dor');
    expect(assigned('the password is Tr0ub!4dor')).toBe('Tr0ub!4dor');
  });

  it('is no word with a number', () => {
    expect(assigned('password: "summer2024"')).toBeUndefined();
  });
});

describe('a name', () => {
  it('keeps what it is for, whatever stands in front', () => {
    expect(assigned(`NEXT_CACHE_AUTH_SECRET=${value}`)).toBe(value);
    expect(assigned(`next_cache_key=${value}`)).toBeUndefined();
  });

  it('that says something about a secret has none', () => {
    const texts = [
      `token_type: ${value}`,
      `"passwordHash": "${value}"`,
      `key_id=${value}`,
      `access_token_url=${value}`,
    ];
    expect(texts.map(assigned)).toEqual([undefined, undefined, undefined, undefined]);
  });
});

it('a number in a program is no secret', () => {
  expect(['IFTOKEN = -0x3f879678', 'keyGen: kemKeyGen1024'].map(assigned)).toEqual([undefined, undefined]);
});

it('a key of lower case and digits has digits in more than one place', () => {
  const key = sample('[a-z]{6}[0-9]{2}[a-z]{17}[0-9][a-z]{6}', random);
  expect([`key: ${key}`, 'key: internationalizationservice2'].map(assigned)).toEqual([key, undefined]);
});
