import { expect, test } from 'vitest';
import { isHarmlessSetUp, isOneEach } from './set-up.ts';

test.each([
  'export A=1\n# x\n\nB=2\n',
  'eval "$(starship init bash)"',
  'source <(kubectl completion bash)',
  '. ~/.x.sh',
  '[ -f ~/.x ] && source ~/.x',
  "alias k='kubectl'",
  'setopt x',
  'zoxide init fish | source',
])('%j is what people add', (text) => expect(isHarmlessSetUp(text, '~/.bashrc')).toBe(true));

test.each([
  'evil',
  'curl x | sh',
  'alias sudo=x',
  'export A=1\nevil',
  'export LD_PRELOAD=/x',
  'source /tmp/x',
  'eval "$(a; b)"',
])('%j is not', (text) => expect(isHarmlessSetUp(text, '~/.bashrc')).toBe(false));

test('a host is harmless in the configuration of ssh, a program is not', () => {
  expect(isHarmlessSetUp('Host a\n  User b\n', '~/.ssh/config')).toBe(true);
  expect(isHarmlessSetUp('Host a\n  ProxyCommand x\n', '~/.ssh/config')).toBe(false);
});

test('files of which each has one are written, the others appended to', () => {
  expect(isOneEach('/etc/profile.d/go.sh')).toBe(true);
  expect(isOneEach('~/.bashrc')).toBe(false);
});

test('nothing is harmless in a file that is not of a shell, or unknown', () => {
  expect(isHarmlessSetUp('export A=1', '/etc/crontab')).toBe(false);
  expect(isHarmlessSetUp(undefined, '~/.bashrc')).toBe(false);
});
