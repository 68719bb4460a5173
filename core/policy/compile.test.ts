import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../canonical-json.ts';
import { sha256 } from '../digest.ts';
import { compile } from './compile.ts';
import { readBundle } from './read-bundle.ts';
import { Policy } from './policy.ts';
import { pack, server } from './testing/gen.ts';

const allow = { tools: [{ names: ['a'], effect: 'Allow' as const }] };

describe('compile', () => {
  it('gives the canonical text of the bundle and its SHA-256', () => {
    const { bundle, text, revision } = compile(server(), [pack(allow)]);
    expect(text).toBe(canonicalJson(bundle));
    expect(revision).toBe(sha256(text));
  });

  it('gives the same revision whatever the order of packs', () => {
    const [a, b] = [pack(allow, 'a'), pack({ mode: 'Shadow', ...allow }, 'b')];
    expect(compile(server(), [a, b]).revision).toBe(compile(server(), [b, a]).revision);
  });

  it.each([
    ['a pack of the same namespace without targets', {}, pack(allow), ['finance/pack']],
    ['a pack of another namespace', {}, pack(allow, 'pack', 'hr'), []],
    [
      'a pack whose labels the server has',
      { app: 'x' },
      pack({ ...allow, targets: { matchLabels: { app: 'x' } } }),
      ['finance/pack'],
    ],
    [
      'a pack whose labels the server has only in part',
      { app: 'x' },
      pack({ ...allow, targets: { matchLabels: { app: 'x', tier: 'y' } } }),
      [],
    ],
  ])('decides whether %s applies', (_name, labels, candidate, refs) => {
    expect(compile(server(labels), [candidate]).bundle.packs.map(({ ref }) => ref)).toEqual(refs);
  });

  it('names rules by their place unless they have a name', () => {
    const { bundle } = compile(server(), [
      pack({
        tools: [
          { names: ['a'], effect: 'Allow' },
          { name: 'mine', names: ['b'], effect: 'Deny' },
        ],
        resources: [{ uris: ['x:**'], effect: 'Allow' }],
        prompts: [{ names: ['p'], effect: 'Log' }],
      }),
    ]);
    expect(bundle.packs[0]?.rules.map(({ id }) => id)).toEqual([
      'finance/pack#tools[0]',
      'finance/pack#mine',
      'finance/pack#resources[0]',
      'finance/pack#prompts[0]',
    ]);
  });

  it('takes the smallest body limit, and a pack can only lower the built-in one', () => {
    const limit = (...bodies: string[]) =>
      compile(
        server(),
        bodies.map((body, i) => pack({ limits: { body } }, `p${i}`)),
      ).bundle.limits.body;
    expect(limit()).toBe(4 * 1024 * 1024);
    expect(limit('2Ki', '1Mi')).toBe(2048);
    expect(limit('4Mi')).toBe(4 * 1024 * 1024);
    expect(compile(server(), [pack({ mode: 'Shadow', limits: { body: '1Ki' } })]).bundle.limits.body).toBe(
      4 * 1024 * 1024,
    );
  });

  it('gives approvals their terms, with defaults where the rule is silent', () => {
    const { bundle } = compile(server(), [
      pack({
        tools: [
          { names: ['a'], effect: 'RequireApproval' },
          { names: ['b'], effect: 'RequireApproval', approval: { expires: '1m', hold: '2s' } },
        ],
      }),
    ]);
    expect(bundle.packs[0]?.rules.map(({ approval }) => approval)).toEqual([
      { expiresMs: 900_000, holdMs: 45_000 },
      { expiresMs: 60_000, holdMs: 2_000 },
    ]);
  });
});

describe('readBundle', () => {
  it('reads back what compile wrote, with the same revision', () => {
    const { text, revision, bundle } = compile(server(), [pack(allow)]);
    const policy = readBundle(text);
    expect(policy).toBeInstanceOf(Policy);
    expect(policy).toMatchObject({ revision, bundle });
  });

  it.each([
    ['text that is not JSON', '{', 'the bundle is not JSON'],
    ['an empty object', '{}', 'formatVersion'],
    ['a format of the future', '{"formatVersion":2}', 'formatVersion'],
    [
      'an effect that does not exist',
      compile(server(), [pack(allow)]).text.replace('"Allow"', '"Maybe"'),
      'packs.0.rules.0.effect',
    ],
    [
      'a field that does not exist',
      compile(server(), [pack(allow)]).text.replace('"formatVersion"', '"more":1,"formatVersion"'),
      'root',
    ],
  ])('says what is wrong with %s', (_name, text, problem) => {
    const policy = readBundle(text);
    expect(policy).toHaveProperty('problem');
    expect((policy as { problem: string }).problem).toContain(problem);
  });
});
