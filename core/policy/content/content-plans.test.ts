import { describe, expect, it } from 'vitest';
import { pack, policyOf } from '../testing/gen.ts';

const policy = policyOf(
  pack({
    dlp: [
      { detect: ['secrets'], in: ['results'], effect: 'Redact' },
      { detect: ['email'], in: ['results'], effect: 'Log', tools: ['read_*'] },
      { detect: ['creditCard'], in: ['arguments'], effect: 'Deny', tools: ['pay'] },
    ],
  }),
);

describe('a plan', () => {
  it('is there for what some rule is about, and is the same for the same rules', () => {
    const results = policy.content('results');
    expect(results.of('read_a')).toBeDefined();
    expect(results.of('read_a')).toBe(results.of('read_b'));
    expect(results.of('write')).toBe(results.of(undefined));
    expect(results.of('read_a')).not.toBe(results.of('write'));
    expect(results.ofAny()).toBe(results.of('read_a'));
  });

  it('is not there where no rule is', () => {
    const sent = policy.content('arguments');
    expect([sent.of('read_a'), sent.of(undefined), policyOf(pack({})).content('results').ofAny()]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(sent.of('pay')).toBeDefined();
  });

  it('is found however many names callers make up', () => {
    const sent = policy.content('arguments');
    for (let i = 0; i < 2_500; i++) sent.of(`made-up-${i}`);
    expect(sent.of('pay')).toBeDefined();
  });

  it('is found for names of any length', () => {
    const name = `read_${'a'.repeat(10_000)}`;
    expect(policy.content('results').of(name)).toBe(policy.content('results').of('read_b'));
  });

  it('is found however many sets of rules names are about', () => {
    const dlp = Array.from({ length: 9 }, (_, i) => ({
      patterns: [{ name: `p-${i}`, pattern: `x${i}` }],
      tools: [`*${i}*`],
      effect: 'Deny' as const,
    }));
    const results = policyOf(pack({ dlp })).content('results');
    const names = Array.from(
      { length: 512 },
      (_, set) => `t${[...Array(9).keys()].filter((i) => (set >> i) % 2).join('')}`,
    );
    for (const name of names) {
      const bytes = Buffer.from(JSON.stringify(`x${name.at(-1)}`));
      expect(results.of(name)?.judge(bytes, { start: 0, end: bytes.length })?.verdict.effect, name).toBe(
        name === 't' ? undefined : 'Deny',
      );
    }
  });
});
