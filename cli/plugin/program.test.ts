import { expect, test } from 'vitest';
import { createPlugin, calledAs } from './program.ts';

test.each([
  ['/home/ada/.krew/bin/kubectl-sallyport', 'plugin'],
  ['C:\\bin\\kubectl-sallyport.mjs', 'plugin'],
  ['kubectl-sallyport', 'plugin'],
  ['/usr/bin/sallyport', 'sallyport'],
  ['/kubectl-sallyport/sallyport.mjs', 'sallyport'],
  ['/usr/bin/kubectl-sallyporter', 'sallyport'],
  ['/usr/bin/kubectl_complete-sallyport', 'completer'],
  ['', 'sallyport'],
])('%s', (path, is) => {
  expect(calledAs(path)).toBe(is);
});

test('calls itself what is typed', () => {
  expect(createPlugin().helpInformation()).toContain('Usage: kubectl sallyport [options] [command]');
});
