import { expect, test } from 'vitest';
import { holdsCredentials, isCredentialFolder, isDevice, isRoot, isSystemFolder, writtenKind } from './files.ts';

test.each([
  ['~/.bashrc', 'start-up-file'],
  ['/home/a/.zshrc', 'start-up-file'],
  ['/etc/cron.d/x', 'start-up-file'],
  ['/etc/../etc//crontab', 'start-up-file'],
  ['~/.ssh/authorized_keys', 'start-up-file'],
  ['/etc/passwd', 'system-file'],
  ['/usr/bin/ls', 'system-file'],
  ['/usr/bin/my-tool', undefined],
  ['/usr/local/bin/kubectl', undefined],
  ['~/.ssh/id_rsa', undefined],
  ['/dev/sda1', 'device'],
  ['/dev/sdX', undefined],
  ['/dev/null', undefined],
  ['/etc/hosts', undefined],
  ['./bashrc', undefined],
])('writing to %s: %s', (path, kind) => expect(writtenKind(path)).toBe(kind));

test.each([
  '/etc/shadow',
  '~/.ssh/id_rsa',
  '/root/.aws/credentials',
  '/proc/self/environ',
  '/proc/1/environ',
  '/var/run/secrets/x',
  './../.kube/config',
])('%s holds credentials', (path) => expect(holdsCredentials(path)).toBe(true));
test.each(['~/.ssh/id_rsa.pub', '/etc/passwd', '~/.ssh/known_hosts', 'config'])('%s holds none', (path) =>
  expect(holdsCredentials(path)).toBe(false),
);

test.each(['/', '/*', '~', '~/', '/etc', '/usr/', '/home/*', '/etc/..', '//'])('%s is a root', (path) =>
  expect(isRoot(path)).toBe(true),
);
test.each(['/tmp', '/home/a', 'x', './', '/var/www/html', '*'])('%s is none', (path) =>
  expect(isRoot(path)).toBe(false),
);

test('folders of the system are not those of data', () => {
  expect(isSystemFolder('/etc')).toBe(true);
  expect(isSystemFolder('/srv')).toBe(false);
});

test('the folder of keys is one, a disk is a device', () => {
  expect(isCredentialFolder('~/.ssh/')).toBe(true);
  expect(isCredentialFolder('~/.ssh/known_hosts')).toBe(false);
  expect(isDevice('/dev/nvme0n1p2')).toBe(true);
  expect(isDevice('/dev/loop0')).toBe(false);
});
