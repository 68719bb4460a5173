import { expect, it } from 'vitest';
import { compile } from '../core/policy/compile.ts';
import { pack, server } from '../core/policy/testing/gen.ts';
import { outOfShadow } from './out-of-shadow.ts';

const document = (value: ReturnType<typeof pack>) =>
  ({ kind: 'PolicyPack', value }) as Parameters<typeof outOfShadow>[0];
const bundleOf = (value: ReturnType<typeof pack>) => compile(server(), [value]).bundle;

it('makes of a pack in shadow what it would be without', () => {
  const written = (mode: 'Shadow' | 'Enforce') =>
    pack({
      mode,
      tools: [
        { name: 'a', names: ['a'], effect: 'Allow', arguments: { mode: { type: 'path', roots: ['/'], mode } } },
        { name: 'b', names: ['b'], effect: 'Deny', mode },
      ],
      clientRequests: { sampling: { effect: 'Deny', mode } },
      detectors: { use: 'Default', mode },
      definitions: { mode },
      dlp: [{ name: 'keys', detect: ['secrets'], effect: 'Redact', mode }],
      arguments: { schema: mode },
    });
  const { value } = outOfShadow(document(written('Shadow')));
  expect(bundleOf(value as ReturnType<typeof pack>)).toEqual(bundleOf(written('Enforce')));
});

it('leaves what is no pack alone', () => {
  const other = { kind: 'MCPServer', value: server() } as Parameters<typeof outOfShadow>[0];
  expect(outOfShadow(other)).toBe(other);
});
