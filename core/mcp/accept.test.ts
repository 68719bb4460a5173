import { describe, expect, it } from 'vitest';
import { EVENTS_TYPE, JSON_TYPE, accepts } from './accept.ts';

describe('what a client takes for an answer', () => {
  it.each<[accept: string | undefined, json: boolean, events: boolean]>([
    [undefined, true, true],
    ['application/json, text/event-stream', true, true],
    ['application/json', true, false],
    ['text/event-stream', false, true],
    ['*/*', true, true],
    ['*', true, true],
    ['text/*', false, true],
    ['APPLICATION/JSON;q=0.5', true, false],
    ['application/json, text/event-stream;q=0', true, false],
    ['text/event-stream; q=0.0, */*', true, false],
    ['*/*;q=0.1, application/json;q=0', false, true],
    ['application/*, text/event-stream;q=0.001', true, true],
    ['application/json;charset=utf-8', true, false],
    ['application/jsonl, text/event-streams', false, false],
    ['text/html', false, false],
    ['', false, false],
  ])('%s', (accept, json, events) => {
    expect([accepts(accept, JSON_TYPE), accepts(accept, EVENTS_TYPE)]).toEqual([json, events]);
  });
});
