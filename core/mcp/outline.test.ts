import { describe, expect, it } from 'vitest';
import { NO_OUTLINE, type Outline, OutlineReader, outlineOf } from './outline.ts';

const CALL = '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":{"path":"/data"}}}';
const VERSION = 'io.modelcontextprotocol/protocolVersion';
const of = (text: string | Buffer): Outline => outlineOf(Buffer.from(text as string));
const request = (id: Outline['id'], method: string | null = 'tools/call'): Partial<Outline> => ({
  kind: 'request',
  id,
  method: method ?? undefined,
});

describe('the id of a message that strict reading refuses', () => {
  it.each<[name: string, text: string | Buffer, found: Partial<Outline>]>([
    ['arguments with a key in two cases', CALL.replace('"path"', '"PATH":1,"path"'), request(7)],
    ['arguments with a key twice', CALL.replace('"path"', '"path":1,"path"'), request(7)],
    ['half an emoji', CALL.replace('/data', String.raw`ok \ud83d`), request(7)],
    ['a number beyond all doubles', CALL.replace('"/data"', '1e400'), request(7)],
    ['no number at all', CALL.replace('"/data"', 'NaN'), request(7)],
    ['100,000 levels', CALL.replace('"/data"', '['.repeat(100_000) + ']'.repeat(100_000)), request(7)],
    ['ids further inside', CALL.replace('"/data"', '{"id":1,"method":"x"}'), request(7)],
    ['brackets, quotes and escapes in strings', CALL.replace('/data', String.raw`\"}],{\\`), request(7)],
    ['the key __proto__', CALL.replace('"path"', '"__proto__"'), request(7)],
    ['a byte order mark', `\uFEFF${CALL}`, request(7)],
    ['bytes that are not UTF-8', Buffer.from(CALL.replace('/data', '\u00e9'), 'latin1'), request(7)],
    ['blanks everywhere', `\r\n\t ${CALL.replaceAll(/[{},:]/g, ' $& \n')} `, request(7)],
    ['an id at the end', '{"method":"tools/call","params":{},"jsonrpc":"2.0","id":7}', request(7)],
    ['an id of zero', CALL.replace('7', '0'), request(0)],
    ['an id below nothing', CALL.replace('7', '-7'), request(-7)],
    ['an id that is text', CALL.replace('7', '"seven"'), request('seven')],
    ['an id with escapes', CALL.replace('7', String.raw`"\u0073\n\ud83d\ude00"`), request('s\n\u{1F600}')],
    ['a key with escapes', CALL.replace('"id"', String.raw`"\u0069d"`), request(7)],
    ['no version of JSON-RPC', CALL.replace('"jsonrpc":"2.0",', ''), request(7)],
    ['a member of its own', CALL.replace('"id"', '"x":[{"id":1}],"id"'), request(7)],
    ['the method twice', CALL.replace('"method"', '"method":"x","method"'), request(7, null)],
    ['the method in another case', CALL.replace('"method"', '"Method"'), request(7, null)],
    ['nothing but the id', '{"id":7}', request(7, null)],
    ['a method and a result', CALL.replace('"id"', '"result":{},"id"'), request(7)],
  ])('is found beside %s', (_name, text, found) => {
    expect(of(text)).toMatchObject(found);
  });

  it.each<[name: string, text: string | Buffer]>([
    ['twice', CALL.replace('"id"', '"id":6,"id"')],
    ['twice, and the same', CALL.replace('"id"', '"id":7,"id"')],
    ['twice, once with escapes', CALL.replace('"id"', String.raw`"\u0069d":6,"id"`)],
    ['three times', CALL.replace('"id"', '"id":6,"id":5,"id"')],
    ['null', CALL.replace('7', 'null')],
    ['a fraction', CALL.replace('7', '1.5')],
    ['beyond what is exact', CALL.replace('7', '9007199254740993')],
    ['an object', CALL.replace('7', '{"id":7}')],
    ['a list', CALL.replace('7', '[7]')],
    ['half an emoji', CALL.replace('7', String.raw`"\ud83d"`)],
    ['not UTF-8', Buffer.from(CALL.replace('7', '"\u00e9"'), 'latin1')],
    ['longer than any id', CALL.replace('7', `"${'x'.repeat(257)}"`)],
    ['very much longer', CALL.replace('7', `"${'x'.repeat(100_000)}"`)],
    ['no JSON', CALL.replace('7', 'seven')],
  ])('is none when it is %s', (_name, text) => {
    expect(of(text)).toMatchObject({ kind: 'request', id: null, method: 'tools/call' });
  });

  it.each<[name: string, text: string]>([
    ['nothing', ''],
    ['blanks', ' \n'],
    ['half of it', CALL.slice(0, -1)],
    ['less of it', CALL.slice(0, 30)],
    ['two of them', CALL + CALL],
    ['something behind it', `${CALL}\0`],
    ['something in front of it', `/* hi */${CALL}`],
    ['half a byte order mark', '\uFEFF'],
    ['a list', `[${CALL}]`],
    ['a string', '"tools/call"'],
    ['a number', '7'],
    ['other quotes', "{'id':7}"],
    ['a key without quotes', '{id:7}'],
    ['a comma at the end', '{"id":7,}'],
    ['a comma too few', '{"id":7 "method":"x"}'],
    ['a colon too many', '{"id"::7}'],
    ['a value too few', '{"id":,"method":"x"}'],
    ['UTF-16', CALL.split('').join('\0')],
  ])('is not guessed from %s', (_name, text) => {
    expect(of(text)).toEqual(NO_OUTLINE);
  });
});

describe('what a message was meant to be', () => {
  it.each<[text: string, kind: Outline['kind']]>([
    ['{"method":"notifications/progress","params":{"a":"\\ud83d"}}', 'notification'],
    ['{"id":1,"result":{"a":1,"A":2}}', 'response'],
    ['{"id":1,"error":{"code":1e400}}', 'response'],
    ['{"id":1,"result":{},"error":{}}', 'response'],
    ['{}', 'request'],
  ])('%s', (text, kind) => {
    expect(of(text).kind).toBe(kind);
  });

  it('its revision, where its params claim one, and nowhere else', () => {
    const claim = `{"${VERSION}":"2026-07-28","x":{"${VERSION}":"y"}}`;
    expect(of(`{"id":1,"method":"x","params":{"a":1,"_meta":${claim},"b":"\\ud83d"}}`).version).toBe('2026-07-28');
    for (const elsewhere of [`{"_meta":${claim}}`, `{"params":${claim}}`, `{"params":{"a":{"_meta":${claim}}}}`]) {
      expect(of(elsewhere)).toMatchObject({ kind: 'request', version: undefined });
    }
  });
});

it('is the same however the text is cut into pieces', () => {
  const text = `\uFEFF{"jsonrpc":"2.0","id":"\\ud83d\\ude00é","params":{"_meta":{"${VERSION}":"2026-07-28"},"a":["\\"]}"]},"method":"x"}`;
  const bytes = Buffer.from(text);
  const whole = outlineOf(bytes);
  expect(whole).toEqual({ kind: 'request', id: '\u{1F600}é', method: 'x', version: '2026-07-28' });
  for (let cut = 0; cut <= bytes.length; cut++) {
    const reader = new OutlineReader();
    reader.push(bytes.subarray(0, cut));
    reader.push(bytes.subarray(cut));
    expect(reader.end()).toEqual(whole);
  }
});

it('finds what JSON.parse finds in every text that is an object', () => {
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"id"',
    '"method"',
    '"result"',
    '"params"',
    '1',
    '"a"',
    ' ',
    'null',
    '"\\""',
  ];
  let seed = 42;
  const next = (max: number): number => (seed = (seed * 48_271) % 2_147_483_647) % max;
  let objects = 0;
  for (let i = 0; i < 60_000; i++) {
    const text = `{"id":${Array.from({ length: next(9) }, () => pieces[next(pieces.length)]).join('')}`;
    const value = parsed(text);
    if (value === undefined) continue;
    objects++;
    const once = (text.match(/"id"/g)?.length ?? 0) === 1;
    const outline = of(text);
    expect(outline.kind, text).not.toBe('nothing');
    if (once) expect(outline.id, text).toBe(typeof value['id'] === 'object' ? null : value['id']);
  }
  expect(objects).toBeGreaterThan(200);
});

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
