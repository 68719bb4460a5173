import { expect, test } from 'vitest';
import { compile } from '../compile.ts';
import { FEATURES } from '../features.ts';
import { forGates } from '../for-gates.ts';
import { pack, server } from '../testing/gen.ts';

const FEATURE = 'access.tls';
const rules = pack({ tools: [{ names: ['*'], effect: 'Allow' }] });
const plain = server();
const byTls = { ...plain, spec: { ...plain.spec, access: { ...open(), tls: { secretName: 'ledger-tls' } } } };

function open() {
  return { authorization: 'Gate' as const, anonymous: true };
}

test('is said in the bundle, and costs a version', () => {
  const { bundle } = compile(byTls, [rules]);
  expect([bundle.formatVersion, bundle.server.access.tls]).toEqual([2, { certificate: 'Secret' }]);
  expect('tls' in compile(plain, [rules]).bundle.server.access).toBe(false);
});

test('a gate that would serve plain HTTP gets nothing that allows anything', () => {
  const full = compile(byTls, [rules]);
  const known = FEATURES.map(({ name }) => name).filter((name) => name !== FEATURE);
  const { bundle } = forGates(full, known, compile(plain, [rules]).bundle);
  expect([bundle.formatVersion, bundle.packs, 'tls' in bundle.server.access]).toEqual([1, [], false]);
  expect(forGates(full, [...known, FEATURE], undefined).bundle).toEqual(full.bundle);
});
