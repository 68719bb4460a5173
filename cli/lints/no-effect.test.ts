import { expect, it } from 'vitest';
import { pack } from '../../core/policy/testing/gen.ts';
import { withoutEffect } from './no-effect.ts';

const found = (spec: Parameters<typeof pack>[0]): string[] =>
  withoutEffect(pack(spec)).map(({ path }) => path.join('.'));
const DIGEST = `sha256:${'a'.repeat(64)}`;

it('an exception for a name that no detector goes by leaves nothing out', () => {
  const except = [{ parameters: ['command', 'colour'] }];
  expect(found({ detectors: { use: 'Default', except } })).toEqual(['spec.detectors.except.0.parameters.1']);
});

it('digests are accepted where something is pinned', () => {
  expect(found({ definitions: { accept: [DIGEST] } })).toEqual(['spec.definitions.accept']);
  expect(found({ definitions: { pin: 'FirstUse', accept: [DIGEST] } })).toEqual([]);
  expect(found({ definitions: {} })).toEqual([]);
});
