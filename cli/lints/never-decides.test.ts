import { describe, expect, it } from 'vitest';
import { pack } from '../../core/policy/testing/gen.ts';
import { neverDeciding } from './never-decides.ts';

type Spec = Parameters<typeof pack>[0];
const found = (spec: Spec): string[] =>
  neverDeciding(pack(spec)).map(({ code, path, message }) => `${code} ${path.slice(1).join('.')}: ${message}`);
const tools = (...rules: NonNullable<Spec['tools']>): string[] => found({ tools: rules });

describe('a rule', () => {
  it('contradicts one that is about exactly the same and stricter', () => {
    expect(tools({ names: ['a', 'b'], effect: 'Allow' }, { names: ['b', 'a'], effect: 'Deny' })).toEqual([
      'contradiction tools.0: says Allow of exactly what tools[1] (Deny) is about, which is stricter and wins',
    ]);
    expect(
      found({
        clientRequests: {},
        resources: [
          { uris: ['a://**'], effect: 'Allow' },
          { uris: ['a://**'], effect: 'Deny' },
        ],
      }),
    ).toHaveLength(1);
  });

  it('never decides beside one that denies all of it and more', () => {
    const arguments_ = { path: { type: 'path' as const, roots: ['/data'] } };
    expect(
      tools({ names: ['*'], effect: 'Deny' }, { names: ['get_*'], effect: 'Allow', arguments: arguments_ }),
    ).toEqual(['never-decides tools.1: never decides: tools[0] (Deny) is about all of it, is stricter and wins']);
  });

  it('that is held whatever happens need not be allowed, unless it asks for more', () => {
    const held = { names: ['*'], effect: 'RequireApproval' as const };
    expect(tools(held, { names: ['a'], effect: 'Allow' })).toHaveLength(1);
    expect(tools(held, { names: ['a'], effect: 'Allow', arguments: { n: { type: 'number', max: 1 } } })).toEqual([]);
  });

  it.each<[string, NonNullable<Spec['tools']>]>([
    ['some are denied', [{ names: ['a'], effect: 'Deny', principals: { names: ['x'] } }]],
    ['less is denied', [{ names: ['ab'], effect: 'Deny' }]],
    ['the other is in shadow', [{ names: ['*'], effect: 'Deny', mode: 'Shadow' }]],
    ['the other only records', [{ names: ['*'], effect: 'Log' }]],
  ])('decides where %s', (_, others) => {
    expect(tools({ names: ['a*'], effect: 'Allow' }, ...others)).toEqual([]);
  });

  it('that is tried out in shadow is not meant to decide', () => {
    expect(tools({ names: ['a'], effect: 'Allow', mode: 'Shadow' }, { names: ['a'], effect: 'Deny' })).toEqual([]);
  });
});

describe('an entry of dlp', () => {
  const deny = { detect: ['secrets', 'iban'], effect: 'Deny' } as const;
  const dlp = (...entries: NonNullable<Spec['dlp']>): string[] => found({ dlp: entries });

  it('never decides beside one that denies all that it looks for', () => {
    expect(
      dlp({ detect: ['secrets'], in: ['results'], effect: 'Redact' }, { ...deny, detect: [...deny.detect] }),
    ).toEqual(['never-decides dlp.0: never decides: dlp[1] (Deny) looks for all of it in the same places and wins']);
  });

  it.each<[string, NonNullable<Spec['dlp']>[number]]>([
    ['looks for more', { detect: ['email'], effect: 'Redact' }],
    [
      'looks for patterns of its own',
      { detect: ['iban'], patterns: [{ name: 'a', pattern: 'B-[0-9]' }], effect: 'Redact' },
    ],
    ['looks for words of its own', { words: [{ name: 'a', words: ['Harvest'] }], effect: 'Redact' }],
  ])('decides where it %s', (_, entry) => {
    expect(dlp(entry, { ...deny, detect: [...deny.detect] })).toEqual([]);
  });

  it('decides where the other has a condition that it has not', () => {
    const when = 'principal.name == "ada"';
    const [entry, other] = [{ detect: ['iban' as const], effect: 'Redact' as const }, [...deny.detect]];
    expect(dlp(entry, { ...deny, detect: other, when })).toEqual([]);
    expect(dlp({ ...entry, when }, { ...deny, detect: other, when })).toHaveLength(1);
    expect(dlp({ ...entry, when }, { ...deny, detect: other })).toHaveLength(1);
  });

  it('decides where the other lets hosts pass that it does not', () => {
    const entry = { detect: ['imagesWithData' as const], effect: 'Redact' as const };
    const images = { ...deny, detect: [...entry.detect], hosts: ['a.example.com'] };
    expect(dlp(entry, images)).toEqual([]);
    expect(dlp({ ...entry, hosts: ['a.example.com', 'b.example.com'] }, images)).toHaveLength(1);
  });

  it('decides where the other looks elsewhere', () => {
    const entry = { detect: ['iban' as const], effect: 'Redact' as const };
    expect(dlp(entry, { ...deny, detect: [...deny.detect], in: ['arguments'] })).toEqual([]);
    expect(dlp(entry, { ...deny, detect: [...deny.detect], tools: ['a'] })).toEqual([]);
    expect(dlp({ ...entry, tools: ['a_*'] }, { ...deny, detect: [...deny.detect], tools: ['a*'] })).toHaveLength(1);
    expect(dlp(entry, { ...deny, detect: [...deny.detect], effect: 'RequireApproval', in: ['arguments'] })).toEqual([]);
  });
});
