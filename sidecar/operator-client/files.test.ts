import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { TokenFile, WatchedText } from './files.ts';

let path = '';
let clock: FakeClock;
beforeEach(() => {
  path = join(temporaryFolder(), 'file');
  clock = new FakeClock();
});
const write = (text: string): void => writeFileSync(path, text);
/** As the kubelet does: another file takes its place. */
function replace(text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

describe('a token', () => {
  test('is what the file holds, without the line break at its end', () => {
    write('token-1\n');
    expect(new TokenFile(path, clock).current()).toBe('token-1');
  });

  test('is read again after a minute', () => {
    write('token-1');
    const token = new TokenFile(path, clock);
    token.current();
    write('token-2');
    clock.advance(59_999);
    expect(token.current()).toBe('token-1');
    clock.advance(1);
    expect(token.current()).toBe('token-2');
  });

  test('is read again at once when it was refused, and it is told whether there is another', () => {
    write('token-1');
    const token = new TokenFile(path, clock);
    token.current();
    expect(token.renew()).toBe(false);
    write('token-2');
    expect([token.renew(), token.current()]).toEqual([true, 'token-2']);
  });

  test.each([
    ['nothing', ''],
    ['blanks', ' \n'],
    ['two words', 'a b'],
    ['two lines, of which the second would be a header', 'a\r\nx-admin: 1'],
  ])('is not %s', (_name, text) => {
    write(text);
    expect(() => new TokenFile(path, clock).current()).toThrow(`the token file ${path} holds no token`);
  });

  test('of a file that is not there is told with the file', () => {
    expect(() => new TokenFile(path, clock).current()).toThrow(`the token file ${path} cannot be read (ENOENT)`);
  });
});

describe('a text that is watched', () => {
  test('is read again when the file was changed, or replaced by one of the same size', () => {
    write('one');
    const text = new WatchedText(path, 'CA');
    expect(text.current()).toBe('one');
    write('three');
    expect(text.current()).toBe('three');
    replace('seven');
    expect(text.current()).toBe('seven');
  });

  test('is the last one where the file is gone, until there is another', () => {
    write('one');
    const text = new WatchedText(path, 'CA');
    text.current();
    rmSync(path);
    expect(text.current()).toBe('one');
    write('two');
    expect(text.current()).toBe('two');
  });

  test('is none where there never was a file', () => {
    const text = new WatchedText(path, 'CA');
    expect(() => text.current()).toThrow(`the CA file ${path} cannot be read (ENOENT)`);
    write('late');
    expect(text.current()).toBe('late');
  });
});
