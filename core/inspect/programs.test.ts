import { expect, test } from 'vitest';
import { programKind, programName } from './programs.ts';

test.each([
  ['whoami', 'technical'],
  ['/usr/bin/whoami', 'technical'],
  ['C:\\Windows\\System32\\CMD.EXE', 'technical'],
  ['WHOAMI', 'technical'],
  ['evil.exe', 'technical'],
  ['/bin/anything-at-all', 'technical'],
  ['/usr/local/bin/x', 'technical'],
  ['cat', 'everyday'],
  ['CAT', 'everyday'],
  ['python3.11', 'everyday'],
  ['zsh5', 'everyday'],
  ['Get-Service', 'everyday'],
  ['start-up', undefined],
  ['get-started', undefined],
  ['Cat', undefined],
  ['frobnicate', undefined],
  ['', undefined],
  ['constructor', undefined],
  [`/bin/${'x'.repeat(300)}`, undefined],
])('%s is %s', (word, kind) => expect(programKind(word)).toBe(kind));

test.each([
  ['/usr/bin/env', 'env'],
  ['..\\tools\\nc.exe', 'nc'],
  ['a.cmd', 'a'],
  ['/bin/', ''],
])('%s is the program %s', (word, name) => expect(programName(word)).toBe(name));
