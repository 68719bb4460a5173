import { describe, expect, it } from 'vitest';
import type { TargetKind } from '../../mcp/catalogue.ts';
import { compile } from '../compile.ts';
import { pack, server } from '../testing/gen.ts';
import { Labels } from './labels.ts';

const { bundle } = compile(server(), [
  pack({ labels: { 'private-source': ['read_*', 'get_customer'], 'external-sink': ['send_mail'] } }, 'one'),
  pack({ labels: { 'external-sink': ['read_*'], export: ['read_all'] } }, 'two'),
  pack({ mode: 'Shadow', labels: { exec: ['read_all', 'run'] } }, 'tried'),
]);
const labelsOf = (kind: TargetKind, name: string, shadow?: boolean) =>
  Labels.of(bundle, shadow).of({ kind, name, args: undefined });

describe('labels of a tool', () => {
  it.each([
    ['send_mail', ['external-sink']],
    ['read_all', ['export', 'external-sink', 'private-source']],
    ['get_customer', ['private-source']],
    ['get_customers', []],
    ['run', []],
  ])('are those of all packs that are enforced: %s', (name, labels) => {
    expect(labelsOf('tool', name)).toEqual(labels);
  });

  it('are those of packs in shadow too for what only records', () => {
    expect(labelsOf('tool', 'read_all', true)).toEqual(['exec', 'export', 'external-sink', 'private-source']);
    expect(labelsOf('tool', 'run', true)).toEqual(['exec']);
  });

  it.each(['resource', 'prompt', 'method'] as const)('are none for a %s of that name', (kind) => {
    expect(labelsOf(kind, 'send_mail')).toEqual([]);
  });

  it('are the same however many names were asked for before', () => {
    const labels = Labels.of(bundle);
    for (let i = 0; i < 5000; i++) labels.of({ kind: 'tool', name: `x${i}`, args: undefined });
    expect(labels.of({ kind: 'tool', name: 'send_mail', args: undefined })).toEqual(['external-sink']);
  });
});
