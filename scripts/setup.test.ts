import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isNewEnough, root } from './setup.mjs';

const versions: Record<string, boolean> = {
  'v20.20.2': false,
  '22.22.3': false,
  '24.14.9': false,
  '24.15.0': true,
  'v24.21.0': true,
  'v26.0.0': true,
};
for (const [version, enough] of Object.entries(versions)) {
  test(`Node ${version} is ${enough ? 'new enough' : 'too old'}`, () => {
    expect(isNewEnough(version)).toBe(enough);
  });
}

const locks = ['package-lock.json', 'tools/node/package-lock.json'];
for (const path of locks) {
  test(`${path} pins content, not where it came from`, () => {
    const lock = JSON.parse(readFileSync(join(root, path), 'utf8')) as {
      packages: Record<string, { integrity?: string; resolved?: string }>;
    };
    for (const [name, entry] of Object.entries(lock.packages)) {
      expect(entry.resolved, name).toBeUndefined();
      // The root package and what another package bundles have no archive of their own.
      if (name !== '' && !('inBundle' in entry)) expect(entry.integrity, name).toMatch(/^sha512-/);
    }
  });
}

test('the pinned Node of every platform is one that the package accepts', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'tools/node/package.json'), 'utf8')) as {
    optionalDependencies: Record<string, string>;
  };
  const pinned = Object.values(manifest.optionalDependencies);
  expect(pinned.length).toBeGreaterThan(0);
  for (const version of pinned) expect(isNewEnough(version), version).toBe(true);
  expect(pinned).toContain(readFileSync(join(root, '.node-version'), 'utf8').trim());
});
