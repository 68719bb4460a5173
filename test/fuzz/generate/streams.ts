/** Streams of events as a server might send them, right and wrong. */
import type { Random } from '../random.ts';
import { mutate } from './mutate.ts';

const FIELDS = [
  'data',
  'data',
  'data',
  'event',
  'id',
  'retry',
  '',
  'Data',
  'data ',
  ' data',
  'DATA',
  'dat',
  'datax',
  'ids',
  'x',
  '\uFEFFdata',
  'ï»¿data',
  'd\0ata',
];
const SEPARATORS = [': ', ':', ':  ', ' : ', ':\t', ''];
const VALUES = [
  ...[
    '',
    ' ',
    '{"jsonrpc":"2.0","id":1,"result":{}}',
    '{',
    '}',
    'endpoint',
    'message',
    '1',
    'a\0b',
    '\uFEFF',
    '💥',
    ':',
    'data: x',
    '\u2028',
    'ü',
  ],
  ...['/mcp?sessionId=1', '\0', '-1', '1e3', ' x ', '\u0085', '\v', '\f'],
];
const ENDS = ['\n', '\n', '\n', '\r\n', '\r'];
const STARTS = ['', '', '', '', '\uFEFF', '\uFEFF\uFEFF', 'ï»¿', '\n', '\r', '\r\n'];
const OTHER = Buffer.from('id: 7\nevent: message\ndata: {"a":1}\r\n\r\ndata\n\n: c\n\n');

export function generateStream(random: Random): Buffer {
  const end = random.pick(ENDS);
  const lineEnd = (): string => (random.oneIn(8) ? random.pick(ENDS) : end);
  let text = random.pick(STARTS);
  for (let events = 1 + random.below(4); events > 0; events--) {
    for (let lines = random.below(5); lines > 0; lines--) {
      text += `${random.pick(FIELDS)}${random.oneIn(3) ? random.pick(SEPARATORS) : ': '}${random.pick(VALUES)}${lineEnd()}`;
    }
    text += lineEnd();
  }
  const bytes = Buffer.from(text);
  return random.oneIn(3) ? mutate(bytes, OTHER, random) : bytes;
}
