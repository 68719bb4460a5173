import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { runtimeDir, stateDir } from './paths.ts';

it.each([
  ['our own variable first', { SALLYPORT_RUNTIME_DIR: '/r', XDG_RUNTIME_DIR: '/x' }, '/r'],
  ['our own variable, relative to here', { SALLYPORT_RUNTIME_DIR: 'r' }, resolve('r')],
  ['the XDG place', { SALLYPORT_RUNTIME_DIR: '', XDG_RUNTIME_DIR: '/run/user/1' }, '/run/user/1/sallyport'],
  ['the home folder for an XDG path that is relative', { XDG_RUNTIME_DIR: 'x' }, join(homedir(), '.sallyport/run')],
  ['the home folder otherwise', {}, join(homedir(), '.sallyport/run')],
])('sockets are in %s', (_, env, directory) => {
  expect(runtimeDir(env)).toBe(directory);
});

it.each([
  ['our own variable first', { SALLYPORT_STATE_DIR: '/s', XDG_STATE_HOME: '/x' }, '/s'],
  ['the XDG place', { XDG_STATE_HOME: '/x' }, '/x/sallyport'],
  ['the home folder otherwise', {}, join(homedir(), '.local/state/sallyport')],
])('state is in %s', (_, env, directory) => {
  expect(stateDir(env)).toBe(directory);
});
