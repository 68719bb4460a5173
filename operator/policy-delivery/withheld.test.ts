import { expect, test } from 'vitest';
import type { PolicyPackInput } from '../../core/api/policy-pack.ts';
import { compile } from '../../core/policy/compile.ts';
import { pack, server } from '../../core/policy/testing/gen.ts';
import { type Gate, plan } from './plan.ts';
import { withheldFrom } from './withheld.ts';

const AUDIT: PolicyPackInput['spec'] = { audit: { level: 'Required' } };
const full = compile(
  server(),
  ['b', 'a'].map((name) => pack(AUDIT, name)),
);
const gate = (name: string, version: number, said: string): Gate => ({
  name,
  understands: { version, features: version === 1 ? [] : ['audit.level', 'wire.keys'], gate: said },
});
const said = (...gates: Gate[]) => withheldFrom(plan(full, gates, () => undefined));

test('nothing is withheld where every gate understands, nor where no gate runs', () => {
  expect(said(gate('a', 2, '0.2.0'))).toBeUndefined();
  expect(said()).toBeUndefined();
});

test('it names packs, feature, versions, how many, which, and what to do', () => {
  const result = said(gate('ledger-1', 1, '0.1.0'), gate('ledger-2', 1, '0.0.9'), gate('ledger-3', 2, '0.2.0'));
  expect(result?.gates.map(({ name }) => name)).toEqual(['ledger-1', 'ledger-2']);
  const message = result?.message('restart them') ?? '';
  expect(message).toContain(
    'Pack finance/a requires audit.level, pack finance/b requires audit.level, which not every',
  );
  expect(message).toContain('2 of 3 gates do not (version 0.0.9, 0.1.0: ledger-1, ledger-2)');
  expect(message).toMatch(/To mend: restart them; or take spec\.audit\.level: Required out of the pack\.$/);
});

test('its first words stay the same while pods come and go', () => {
  const before = said(gate('ledger-1', 1, '0.1.0'));
  const after = said(gate('ledger-9', 1, '0.1.0'), gate('ledger-3', 2, '0.2.0'));
  expect(after?.what).toBe(before?.what);
  expect(after?.message('')).not.toBe(before?.message(''));
  expect(after?.message('').startsWith(after.what)).toBe(true);
});
