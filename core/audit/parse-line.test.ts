import { describe, expect, test } from 'vitest';
import { parseLine } from './parse-line.ts';

const prev = '0'.repeat(64);
const time = '2026-01-02T03:04:05.678Z';

/** A line in canonical form: the writer's, with what differs. */
function line(fields: Record<string, unknown> = {}): string {
  const record: Record<string, unknown> = { event: 'open', prev, seq: 0, stream: 's', time, v: 2, ...fields };
  return JSON.stringify(Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1))));
}

test('a record gives the fields that the chain is made of', () => {
  const at = Date.parse(time);
  expect(parseLine(line())).toEqual({
    fields: { event: 'open', prev, seq: 0, server: '', stream: 's', time, at, continues: false },
  });
});

test('a time that there never was is none', () => {
  expect(parseLine(line({ time: '2026-99-99T03:04:05.678Z' })).problem).toBe('bad-schema');
});

test('of an intent no more words are kept than a record can have', () => {
  const tool = 'x'.repeat(100_000);
  const intent = parseLine(line({ event: 'intent', method: 'tools/call', tool, traceId: tool })).fields?.intent;
  expect(JSON.stringify(intent).length).toBeLessThan(10_000);
});

test('what was let go is named by the hash of its last line', () => {
  const released = (last: string) => parseLine(line({ event: 'release', released: { last } })).fields?.released;
  expect(released(prev)).toBe(prev);
  expect(released('x'.repeat(64))).toBeUndefined();
});

test.each(['open', 'decision'])('names of a line (%s) that no gate has are none', (event) => {
  const name = 'x'.repeat(1025);
  expect(parseLine(Buffer.from(line({ event, stream: name }))).problem).toBe('bad-schema');
  expect(parseLine(Buffer.from(line({ event, server: name }))).problem).toBe('bad-schema');
  expect(parseLine(Buffer.from(line({ event, stream: name.slice(1) }))).problem).toBeUndefined();
});

test('so does one of the schema version before', () => {
  expect(parseLine(line({ v: 1 }))).toEqual(parseLine(line()));
});

test('bytes are read like text', () => {
  expect(parseLine(Buffer.from(line({ stream: 'pod-ü' })))).toEqual(parseLine(line({ stream: 'pod-ü' })));
});

test('a file that goes on from another says so', () => {
  const continues = { file: 'audit-000001.jsonl', reason: 'size' };
  expect(parseLine(line({ event: 'continue', continues })).fields?.continues).toBe(true);
  expect(parseLine(line({ event: 'continue', continues: 'x' })).fields?.continues).toBe(false);
});

describe('what an intent says of its call', () => {
  const intent = (fields: Record<string, unknown>) =>
    parseLine(line({ event: 'intent', method: 'tools/call', traceId: 't', ...fields })).fields?.intent;
  const ann = { groups: [], kind: 'token', name: 'ann' };

  const cases: Record<string, [fields: Record<string, unknown>, what: string, who: string]> = {
    'names its tool': [{ tool: 'transfer', principal: ann }, 'tools/call "transfer"', 'ann'],
    'names its resource': [
      { method: 'resources/read', resource: 'file:///a', principal: ann },
      'resources/read "file:///a"',
      'ann',
    ],
    'names its prompt': [{ method: 'prompts/get', prompt: 'p', principal: ann }, 'prompts/get "p"', 'ann'],
    'may have no target': [{ method: 'ping', principal: ann }, 'ping', 'ann'],
    'may be by nobody known': [{ tool: 'a', principal: null }, 'tools/call "a"', 'nobody known'],
    'shows a name with its escapes': [{ tool: 'a\u001b[2J', principal: ann }, 'tools/call "a\\u001b[2J"', 'ann'],
    'may hold what is no text': [{ method: 7, principal: { name: {} } }, '', ''],
  };
  for (const [name, [fields, what, who]] of Object.entries(cases)) {
    test(name, () => expect(intent(fields)).toEqual({ what, who, traceId: 't' }));
  }

  test('is said by no other event', () => expect(intent({ event: 'close' })).toBeUndefined());
});

test('a decision names the intent that it ends', () => {
  expect(parseLine(line({ event: 'decision', intent: 4 })).fields?.ends).toBe(4);
  expect(parseLine(line({ event: 'decision', intent: '4' })).fields?.ends).toBeUndefined();
  expect(parseLine(line({ event: 'close', intent: 4 })).fields?.ends).toBeUndefined();
});

test('a release names the last line of what was let go', () => {
  const released = { bytes: 1, file: 'a', last: 'f'.repeat(64) };
  expect(parseLine(line({ event: 'release', released })).fields?.released).toBe('f'.repeat(64));
  expect(parseLine(line({ event: 'close', released })).fields?.released).toBeUndefined();
});

describe('a line that is not a record', () => {
  const reversed = line().replace('"event":"open",', '').replace('}', ',"event":"open"}');
  const cases: Record<string, [line: string | Uint8Array, problem: string]> = {
    'is not UTF-8': [Buffer.from([0x7b, 0xff, 0x7d]), 'broken-json'],
    'has a byte order mark': [Buffer.from(`\ufeff${line()}`), 'broken-json'],
    'is not JSON': [line().slice(0, -1), 'broken-json'],
    'is empty': ['', 'broken-json'],
    'is a list': ['[]', 'bad-schema'],
    'is a number': ['1', 'bad-schema'],
    'is of another version': [line({ v: 3 }), 'unknown-version'],
    'has no version': [line({ v: undefined }), 'unknown-version'],
    'has a version that is a text': [line({ v: '1' }), 'unknown-version'],
    'has its keys in another order': [reversed, 'not-canonical'],
    'has blanks': [line().replace(',', ', '), 'not-canonical'],
    'has a key twice': [line().replace('{', '{"event":"open",'), 'not-canonical'],
    'has a number in another spelling': [line().replace('"seq":0', '"seq":0.0'), 'not-canonical'],
    'has an event that is no name': [line({ event: 'Edit it' }), 'bad-schema'],
    'has a hash in capitals': [line({ prev: 'A'.repeat(64) }), 'bad-schema'],
    'has a hash that is too short': [line({ prev: '0' }), 'bad-schema'],
    'has a number below zero': [line({ seq: -1 }), 'bad-schema'],
    'has a fraction for a number': [line({ seq: 0.5 }), 'bad-schema'],
    'has a number that is not exact': [line({ seq: 2 ** 53 }), 'bad-schema'],
    'has no stream': [line({ stream: '' }), 'bad-schema'],
    'has a time without a zone': [line({ time: '2026-01-02T03:04:05.678' }), 'bad-schema'],
    'has a time that is a number': [line({ time: 0 }), 'bad-schema'],
  };
  for (const [name, [text, problem]] of Object.entries(cases)) {
    test(name, () => expect(parseLine(text).problem).toBe(problem));
  }

  test('may still have the fields of the chain, so that the lines after it are judged', () => {
    expect(parseLine(line({ v: 2 })).fields?.seq).toBe(0);
    expect(parseLine(reversed).fields?.stream).toBe('s');
  });

  test('ends nothing when it is nested as deep as a line can be', () => {
    for (const deep of [5_000, 20_000, 400_000]) {
      const nested = '['.repeat(deep) + ']'.repeat(deep);
      for (const text of [
        nested,
        `{"v":${nested}}`,
        line({ event: 'intent' }).replace('"v":2', `"tool":${nested},"v":2`),
      ])
        expect(parseLine(text).problem).toBeDefined();
    }
  });

  test('says what its version is in a few words', () => {
    expect(parseLine(line({ v: 'x'.repeat(1000) }))).toMatchObject({
      detail: `has the schema version "${'x'.repeat(39)}, not 1 or 2`,
    });
  });
});
