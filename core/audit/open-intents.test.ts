import { expect, test } from 'vitest';
import { OpenIntents } from './open-intents.ts';
import { Findings } from './report.ts';

const intent = { what: 'tools/call "transfer"', who: 'ann', traceId: 't' };

function warned(intents: OpenIntents): string[] {
  const found = new Findings();
  intents.warn(found);
  return found.warnings.map(({ line, code }) => `${line} ${code}`);
}

test('a call whose end is not there may have been executed', () => {
  const intents = new OpenIntents();
  intents.begin(1, { line: 2 }, intent);
  const found = new Findings();
  intents.warn(found);
  expect(found.warnings[0]?.message).toContain('line 2 (tools/call "transfer" by ann, trace t)');
});

test('a call that has ended is none, and one that ends what never began changes nothing', () => {
  const intents = new OpenIntents();
  intents.begin(1, { line: 2 }, intent);
  intents.begin(2, { line: 3 }, intent);
  intents.end(1);
  intents.end(7);
  expect(warned(intents)).toEqual(['3 call-without-end']);
});

test('what was said is not said again of the next stream', () => {
  const intents = new OpenIntents();
  intents.begin(1, { line: 2 }, intent);
  warned(intents);
  expect(warned(intents)).toEqual([]);
});

test('a file cannot have more calls open than a gate could', () => {
  const intents = new OpenIntents();
  for (let seq = 0; seq < 100_010; seq++) intents.begin(seq, { line: seq }, intent);
  const found = new Findings();
  intents.warn(found);
  expect(found.warnings.length + found.omitted).toBe(100_000);
});
