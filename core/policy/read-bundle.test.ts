/** What a gate makes of bundles of other versions. That it reads its own is tested with the compiler. */
import { describe, expect, test } from 'vitest';
import { compile } from './compile.ts';
import { Policy } from './policy.ts';
import { readBundle } from './read-bundle.ts';
import { pack, server } from './testing/gen.ts';

const allow = { tools: [{ names: ['get'], effect: 'Allow' as const }] };
const first = compile(server(), [pack(allow)]);
const audited = compile(server(), [pack({ ...allow, audit: { level: 'Required' } }, 'payments')]);

type Json = Record<string, unknown>;
const changed = (text: string, change: (bundle: Json) => object): string =>
  JSON.stringify({ ...(JSON.parse(text) as Json), ...change(JSON.parse(text) as Json) });
const rulesOf = ({ rules }: Json): Json[] => (rules as Json[]).map((rule) => Object.assign(rule, { until: 'Friday' }));
const problemOf = (text: string): unknown => (readBundle(text) as { problem?: string }).problem;

describe('a bundle with a requirement', () => {
  test('that is known is read', () => {
    expect(readBundle(audited.text)).toMatchObject({ revision: audited.revision, bundle: audited.bundle });
  });

  test('that is not known is not taken, and says which pack, which feature and what to do', () => {
    const text = changed(audited.text, () => ({ requires: { 'dlp.results': ['finance/payments', 'finance/base'] } }));
    expect(problemOf(text)).toBe(
      'pack finance/payments, finance/base requires dlp.results, which this gate (0.0.0-dev) does not understand; make the pod anew for a newer gate, or take it out of the pack',
    );
  });

  test('is refused for the requirement, whatever shape the rest has', () => {
    expect(problemOf('{"formatVersion":2,"requires":{"x.y":["finance/p"]},"packs":7}')).toContain('requires x.y');
  });

  test('of no known shape is not valid', () => {
    expect(problemOf(changed(audited.text, () => ({ requires: ['audit.level'] })))).toContain("the bundle's requires");
  });
});

describe('a field that is not known', () => {
  const field = (text: string): string =>
    changed(text, ({ server: said, packs }) => ({
      colour: 'red',
      server: { ...(said as Json), shoeSize: 43 },
      packs: (packs as Json[]).map((one) => Object.assign(one, { mood: { is: 'good' }, rules: rulesOf(one) })),
    }));

  test('is passed over since version 2, everywhere, and the revision is still that of the text', () => {
    const policy = readBundle(field(audited.text));
    expect(policy).toBeInstanceOf(Policy);
    expect((policy as Policy).bundle).toEqual(audited.bundle);
    expect((policy as Policy).revision).not.toBe(audited.revision);
  });

  test('is refused in version 1, where it may be the one that forbids', () => {
    expect(problemOf(field(first.text))).toContain('is not valid');
  });

  test('excuses nothing else that is wrong', () => {
    const text = field(audited.text).replace('"Enforce"', '"Sometimes"');
    expect(problemOf(text)).toContain('is not valid');
  });
});

test('a version beyond ours is refused with both numbers', () => {
  expect(problemOf('{"formatVersion":3}')).toBe(
    'the bundle has formatVersion 3, and this gate (0.0.0-dev) reads up to 2; make the pod anew for a newer gate',
  );
});

test('what operators wrote before there were versions is read: fields of now in a bundle of then', () => {
  const { formatVersion: _, requires: __, ...said } = audited.bundle;
  const text = JSON.stringify({ formatVersion: 1, ...said, wire: { keys: 'CaseSensitive' } });
  const policy = readBundle(text) as Policy;
  expect(policy.bundle).toMatchObject({ audit: { level: 'Required' }, wire: { keys: 'CaseSensitive' } });
});
