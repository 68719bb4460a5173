import { describe, expect, test } from 'vitest';
import { inspectIdentifier } from './identifiers.ts';

describe('every spelling of every kind of injection is found behind a name', () => {
  const payloads = [
    ';id',
    '; netstat -an',
    '|whoami',
    '| cat /etc/passwd',
    '&& ls',
    '|| ping -c 9 10.0.0.1',
    '&ipconfig',
    '`id`',
    '$(id)',
    '\nid',
    '{{7*7}}',
    '${7*7}',
    '<%= x %>',
  ];
  const spellings: Record<string, (text: string) => string> = {
    'as it is': (text) => text,
    'percent-encoded': (text) => encodeURIComponent(text),
    'percent-encoded twice': (text) => encodeURIComponent(encodeURIComponent(text)),
    'every byte percent-encoded': (text) =>
      Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    'as %u escapes': (text) =>
      Array.from(text, (char) => `%u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
    'in decimal entities': (text) => Array.from(text, (char) => `&#${char.charCodeAt(0)};`).join(''),
    'in hexadecimal entities': (text) => Array.from(text, (char) => `&#x${char.charCodeAt(0).toString(16)};`).join(''),
    'in escapes of JavaScript': (text) =>
      Array.from(text, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
    'in escapes of C': (text) =>
      Array.from(text, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`).join(''),
    'in full width': (text) => text.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)),
  };
  for (const [name, spell] of Object.entries(spellings)) {
    test.each(payloads)(`${name}: %j`, (payload) => {
      for (const prefix of ['main', 'my-app_1.2', 'x"', "x'", '127.0.0.1']) {
        expect(inspectIdentifier(prefix + spell(payload)), prefix + spell(payload)).toBeDefined();
      }
    });
  }
});
