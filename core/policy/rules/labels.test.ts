import { describe, expect, it } from 'vitest';
import { pack } from '../testing/gen.ts';
import { compileLabels, labelsOfBoth } from './labels.ts';

describe('labels in a bundle', () => {
  it('are sorted, each pattern once', () => {
    const { spec } = pack({ labels: { 'external-sink': ['send_mail', 'http_*', 'send_mail'] } });
    expect(compileLabels(spec)).toEqual({ labels: { 'external-sink': ['http_*', 'send_mail'] } });
  });

  it('are absent where a pack gives none', () => {
    expect(compileLabels(pack({}).spec)).toEqual({});
  });

  const [newer, older] = [
    { export: ['b', 'c'], exec: ['d'] },
    { export: ['a', 'b'], destructive: ['e'] },
  ];
  it.each([
    [newer, older, { labels: { export: ['a', 'b', 'c'], exec: ['d'], destructive: ['e'] } }],
    [newer, undefined, { labels: newer }],
    [undefined, older, { labels: older }],
    [undefined, undefined, {}],
  ])('of both of two packs are those of either: %#', (a, b, both) => {
    expect(labelsOfBoth(a, b)).toEqual(both);
  });
});
