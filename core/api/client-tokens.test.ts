import { describe, expect, it } from 'vitest';
import { readClientTokens, readTokenEntries } from './client-tokens.ts';

const a = 'a'.repeat(64);
const b = 'b1'.repeat(32);
const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64');

describe('readTokenEntries', () => {
  it.each([
    ['a bare digest', `sha256: ${a}`, { groups: [], digests: [a] }],
    ['a digest with its prefix', `sha256: "sha256:${a}"`, { groups: [], digests: [a] }],
    ['upper case becomes lower case', `sha256: ${b.toUpperCase()}`, { groups: [], digests: [b] }],
    ['several digests', `sha256: [${a}, ${b}]`, { groups: [], digests: [a, b] }],
    ['the same digest twice counts once', `sha256: [${a}, "sha256:${a}"]`, { groups: [], digests: [a] }],
    ['groups', `sha256: ${a}\ngroups: [agents, finance]`, { groups: ['agents', 'finance'], digests: [a] }],
    ['a digest that reads like a number', `sha256: ${'1'.repeat(64)}`, { groups: [], digests: ['1'.repeat(64)] }],
    ['a group that reads like a number', `sha256: ${a}\ngroups: [0010]`, { groups: ['0010'], digests: [a] }],
  ])('reads %s', (_, text, token) => {
    expect(readTokenEntries({ agent: text })).toEqual({ tokens: [{ name: 'agent', ...token }], problems: [] });
  });

  it.each([
    ['text that is no YAML', 'sha256: [', 'the value is not a YAML mapping with sha256 and groups'],
    ['a bare token', 'hunter2', 'the value is not a YAML mapping with sha256 and groups'],
    ['nothing', '', 'the value is not a YAML mapping with sha256 and groups'],
    ['aliases', `sha256: &x ${a}\ngroups: [*x]`, 'the value is not a YAML mapping with sha256 and groups'],
    ['a field twice', `sha256: ${a}\nsha256: ${b}`, 'the value is not a YAML mapping with sha256 and groups'],
    ['no digest', 'groups: [agents]', 'sha256 is missing'],
    ['an empty digest', 'sha256:', 'sha256 is missing'],
    ['an empty list of digests', 'sha256: []', 'sha256 lists no digest or too many'],
    ['a short digest', 'sha256: abc', 'sha256 is not a digest'],
    ['one bad digest among good ones', `sha256: [${a}, hunter2]`, 'sha256 is not a digest'],
    ['groups that are no list', `sha256: ${a}\ngroups: agents`, 'groups is not a list of group names'],
    ['a group that is no text', `sha256: ${a}\ngroups: [[x]]`, 'groups is not a list of group names'],
    ['a field that is not known', `sha256: ${a}\ngroup: [x]`, 'the value has fields besides sha256 and groups'],
  ])('refuses %s', (_, text, message) => {
    const read = readTokenEntries({ agent: text });
    expect(read.tokens).toEqual([]);
    expect(read.problems).toEqual([{ path: ['agent'], message, mend: expect.any(String) }]);
    expect(JSON.stringify(read.problems)).not.toContain('hunter2');
  });

  it.each([
    ['anonymous', 'is a reserved name'],
    ['system:admin', 'is a reserved name'],
    ['system:', 'is a reserved name'],
    ['', 'is not the name of a client'],
    ['a b', 'is not the name of a client'],
    ['a/b', 'is not the name of a client'],
    ['x'.repeat(64), 'is not the name of a client'],
  ])('refuses the client name %j', (name, message) => {
    expect(readTokenEntries({ [name]: `sha256: ${a}` })).toMatchObject({ tokens: [], problems: [{ message }] });
  });

  it('refuses the second of two clients with the same digest', () => {
    const read = readTokenEntries({
      ada: `sha256: ${a}`,
      bob: `sha256: [${b}, ${a.toUpperCase()}]`,
      eve: `sha256: ${b}`,
    });
    expect(read.tokens.map(({ name }) => name)).toEqual(['ada', 'eve']);
    expect(read.problems).toMatchObject([{ path: ['bob'], message: 'has a digest that client ada has too' }]);
  });
});

describe('readClientTokens', () => {
  it('reads text and base64, and lets text go first', () => {
    const read = readClientTokens({
      stringData: { ada: `sha256: ${a}` },
      data: { ada: '!', bob: base64(`sha256: ${b}`) },
    });
    expect(read.problems).toEqual([]);
    expect(Object.fromEntries(read.tokens.map(({ name, digests }) => [name, digests]))).toEqual({ ada: [a], bob: [b] });
  });

  it.each([
    ['no base64', 'sha256: x'],
    ['base64 with a part missing', base64(`sha256: ${a}`).slice(0, -3)],
    ['base64 of bytes that are no text', base64(Buffer.from([0xff, 0xfe]))],
  ])('refuses %s', (_, value) => {
    const read = readClientTokens({ data: { bob: value } });
    expect(read).toMatchObject({ tokens: [], problems: [{ path: ['data', 'bob'] }] });
  });

  it('reads base64 that is wrapped into lines', () => {
    const wrapped = base64(`sha256: ${a}`).replace(/.{20}/g, '$&\n');
    expect(readClientTokens({ data: { bob: wrapped } }).tokens).toHaveLength(1);
  });

  it('has no clients without data', () => {
    expect(readClientTokens({})).toEqual({ tokens: [], problems: [] });
  });
});
