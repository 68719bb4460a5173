import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { secretFiles } from './secret-files.ts';
import { secretFolder, writeSecrets } from './testing/secret-folder.ts';

test('a key is read without the line break at its end, and anew each time', async () => {
  const folder = secretFolder({ slack: { token: 'one\n' } });
  const secret = secretFiles(folder, 'slack');
  expect(await secret.get('token')).toBe('one');
  writeSecrets(folder, { slack: { token: 'two' } });
  expect(await secret.get('token')).toBe('two');
});

test('what is missing is named, and may come later', async () => {
  const secret = secretFiles(secretFolder({ slack: { empty: '\n' } }), 'slack');
  expect(await secret.find('token')).toBeUndefined();
  await expect(secret.get('token')).rejects.toMatchObject({
    again: 'Later',
    message: expect.stringContaining('token'),
  });
  await expect(secret.get('empty')).rejects.toThrow('has no key empty');
  await expect(secretFiles('/nonexistent', 'slack').get('token')).rejects.toThrow('has no key token');
});

test('what cannot be read, or is far too long, says so', async () => {
  const folder = secretFolder({ slack: { url: 'x'.repeat(300_000) } });
  await expect(secretFiles(folder, 'slack').get('url')).rejects.toThrow('longer than');
  mkdirSync(join(folder, 'slack', 'token'));
  await expect(secretFiles(folder, 'slack').get('token')).rejects.toThrow('EISDIR');
});
