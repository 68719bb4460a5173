import { describe, expect, it } from 'vitest';
import { assignmentAt, secretEnd } from './assigned.ts';
import { randomOf, sample } from './testing/sample.ts';

const random = randomOf(5);
const value = sample('[a-z0-9]{32}', random);
const assigned = (text: string): string | undefined => {
  const assignment = assignmentAt(text, text.search(/key|token|auth|passw/i));
  const end = assignment === undefined ? undefined : secretEnd(text, assignment);
  return end === undefined ? undefined : text.slice(assignment?.at, end);
};

describe('a value is assigned', () => {
  it.each([
    `key = ${value}`,
    `"token":"${value}"`,
    `tokenOf: '${value}'`,
    `Authorization: Token ${value}`,
    `?key=${value}&a=1`,
    `set("key", "${value}")`,
    `env["key"] = "${value}"`,
    `the api key is ${value}`,
  ])('by %s', (text) => {
    expect(assigned(text)).toBe(value);
  });

  it.each([`the token ${value}`, `token, ${value}`, `the key of all: that`])('not by %s', (text) => {
    expect(assigned(text)).toBeUndefined();
  });
});

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

  it('is no word with a number', () => {
    expect(assigned('password: "summer2024"')).toBeUndefined();
  });
});
