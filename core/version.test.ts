import { expect, test } from 'vitest';
import { commit, version } from './version.ts';

test('run from source, the version says that it is no release', () => {
  expect({ version, commit }).toEqual({ version: '0.0.0-dev', commit: 'unknown' });
});
