import { expect, test } from 'vitest';
import type { Call } from './call.ts';
import { isDestructive } from './destruction.ts';
import { known } from './values.ts';

function call(line: string, input?: Call['input']): Call {
  const argv = line.split(' ').map(known);
  return { name: argv[0]?.text ?? '', argv, input, written: [], read: [], start: 0, end: line.length };
}

test.each([
  'rm -r /',
  'rm --no-preserve-root x',
  'mkfs.ext4 /dev/sda',
  'wipefs -a /dev/sdb1',
  'chmod -R 777 /',
  'chown -R a /usr',
  'chmod u+s /bin/bash',
  'chmod 4755 /bin/sh',
  'find / -delete',
  'find / -exec rm {} ;',
  'mv /* /tmp',
  'kill -9 -1',
  'rd /s c:',
  'format c:',
  'vssadmin delete shadows',
])('%s', (line) => expect(isDestructive(call(line))).toBe(true));

test.each([
  'rm /',
  'rm -r /tmp/x',
  'mkfs.ext4 disk.img',
  'chmod -R 755 /var/www',
  'chmod +x /bin/x',
  'chmod 0755 /bin/bash',
  'find / -name x -delete',
  'find . -delete',
  'mv a b',
  'kill -1 5',
  'rd x',
  'vssadmin list',
  'ls /',
])('not %s', (line) => expect(isDestructive(call(line))).toBe(false));
