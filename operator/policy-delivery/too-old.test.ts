import { expect, test } from 'vitest';
import type { PolicyPackInput } from '../../core/api/policy-pack.ts';
import { pack } from '../../core/policy/testing/gen.ts';
import type { Gate } from './plan.ts';
import { tooOldFor } from './too-old.ts';

const AUDIT: PolicyPackInput['spec'] = { audit: { level: 'Required' } };
const gate = (name: string, version: number, ...features: string[]): Gate => ({
  name,
  understands: { version, features, gate: '0' },
});
const current = gate('ledger-9', 2, 'audit.level', 'wire.keys');

test('names the field, how many pods, some of them, and what becomes of the pack there', () => {
  const gates = [gate('ledger-1', 1), gate('ledger-2', 1), gate('ledger-3', 1), current];
  expect(tooOldFor(pack(AUDIT), gates)).toEqual([
    'spec.audit.level: Required: the gates of 3 pods (ledger-1, ledger-2 and 1 more) do not understand it; until they are made anew the pack restricts there and permits nothing new',
  ]);
  expect(tooOldFor(pack(AUDIT), gates.slice(0, 1))[0]).toContain('the gates of 1 pod (ledger-1)');
});

test.each<[string, PolicyPackInput['spec'], Gate[]]>([
  ['gates that know it', AUDIT, [current]],
  ['a feature without which gates only refuse more', { wire: { keys: 'CaseSensitive' } }, [gate('old', 1)]],
  ['a pack in shadow', { ...AUDIT, mode: 'Shadow' }, [gate('old', 1)]],
  ['a pack without features', { limits: { batch: 1 } }, [gate('old', 1)]],
])('says nothing of %s', (_, spec, gates) => {
  expect(tooOldFor(pack(spec), gates)).toEqual([]);
});
