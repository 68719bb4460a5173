import { describe, expect, it } from 'vitest';
import { pack } from '../../core/policy/testing/gen.ts';
import { unknownLabels } from './unknown-labels.ts';

const following = (sources: string, sinks: string, labels: Record<string, string[]>) =>
  pack({ labels, taint: [{ sources: { labels: [sources] }, sinks: { labels: [sinks] }, effect: 'Deny' }] });
const labels = { 'private-source': ['read_*'] };

describe('a label that a rule speaks of', () => {
  it('is given by some pack', () => {
    const one = following('private-source', 'external-sink', labels);
    const other = pack({ labels: { 'external-sink': ['send_*'] } }, 'other');
    expect(unknownLabels(one, [one, other])).toEqual([]);
    expect(unknownLabels(pack({}), [])).toEqual([]);
  });

  it('is told with its place and the nearest that there is, or how to give it', () => {
    const one = following('privat-source', 'external-sink', labels);
    expect(unknownLabels(one, [one])).toEqual([
      {
        code: 'unknown-label',
        path: ['spec', 'taint', 0, 'sources', 'labels', 0],
        message: 'no tool has the label "privat-source", so nothing is meant by it',
        mend: 'did you mean private-source?',
      },
      {
        code: 'unknown-label',
        path: ['spec', 'taint', 0, 'sinks', 'labels', 0],
        message: 'no tool has the label "external-sink", so nothing is meant by it',
        mend: 'give it to tools in `labels` of a pack',
      },
    ]);
  });
});
