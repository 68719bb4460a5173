import { describe, expect, it } from 'vitest';
import type { TargetKind } from '../../../mcp/catalogue.ts';
import type { BundleMembers } from '../../rules/sequences.ts';
import { MemberSets } from './members.ts';

const NONE: BundleMembers = { tools: [], labels: [], resources: [], prompts: [] };
const sets = new MemberSets();
const [sinks, files, mail, exact] = [
  sets.add({ ...NONE, labels: ['external-sink'], tools: ['http_*'] }),
  sets.add({ ...NONE, resources: ['file:///data/**'] }),
  sets.add({ ...NONE, prompts: ['mail_*'], tools: ['mail_it'] }),
  sets.add({ ...NONE, resources: ['file:///data/a%20b'] }),
];

const lookUp = (kind: TargetKind, name: string, labels: string[] = [], shadow = false) => {
  const membership = sets.of({ target: { kind, name, args: undefined }, labels: [], labelsInShadow: labels }, shadow);
  return [[...membership.may].toSorted((a, b) => a - b), [...membership.is].toSorted((a, b) => a - b)];
};

describe('the sets that a call is one of', () => {
  it.each<[TargetKind, string, readonly number[]]>([
    ['tool', 'http_get', [sinks]],
    ['tool', 'mail_it', [mail]],
    ['prompt', 'mail_it', [mail]],
    ['prompt', 'http_get', []],
    ['resource', 'file:///data/x', [files]],
    ['resource', 'file:///data/a b', [files, exact]],
    ['resource', 'file:///other', []],
    ['method', 'http_get', []],
  ])('are those with its name: %s %s', (kind, name, expected) => {
    const [may, is] = lookUp(kind, name);
    expect(may).toEqual(expected);
    expect(is).toEqual(expected);
  });

  it('are those with its labels, and with labels in shadow for what only records', () => {
    expect(lookUp('tool', 'x', ['external-sink'])).toEqual([[], []]);
    expect(lookUp('tool', 'x', ['external-sink'], true)).toEqual([[sinks], [sinks]]);
  });

  it('may be those of one way to read a URI, and are those of every way', () => {
    // A server of files cuts it off, another one does not.
    expect(lookUp('resource', 'file:///data?x')).toEqual([[], []]);
    const [may, is] = lookUp('resource', 'file:///data/a%20b?x=1');
    expect([may?.includes(exact), is?.includes(exact)]).toEqual([true, false]);
  });

  it('are none of a URI that cannot be read, which is refused for that', () => {
    expect(lookUp('resource', 'file:///data/../x')).toEqual([[], []]);
  });

  it('are the same however many names were looked up before', () => {
    for (let i = 0; i < 5000; i++) lookUp('tool', `n${i}`);
    expect(lookUp('tool', 'http_get')).toEqual([[sinks], [sinks]]);
  });
});
