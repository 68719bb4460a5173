import { expect, test } from 'vitest';
import { createPlugin, isPlugin } from './program.ts';

test.each([
  ['/home/ada/.krew/bin/kubectl-sallyport', true],
  ['C:\\bin\\kubectl-sallyport.mjs', true],
  ['kubectl-sallyport', true],
  ['/usr/bin/sallyport', false],
  ['/kubectl-sallyport/sallyport.mjs', false],
  ['/usr/bin/kubectl-sallyporter', false],
  ['', false],
])('%s', (path, is) => {
  expect(isPlugin(path)).toBe(is);
});

test('calls itself what is typed', () => {
  expect(createPlugin().helpInformation()).toContain('Usage: kubectl sallyport [options] [command]');
});
