import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Pieces } from '../../core/mcp/pieces.ts';
import { Refusal } from '../../core/mcp/refusals.ts';
import { type CallSketch, answerParts, answerTo, callOf, errorTo } from '../testing/answering.ts';
import { asOne } from '../call/reply.ts';
import { MessageDoor } from './messages.ts';
import { answerBesides, inspectWhole, refusalOfStatus } from './read-whole.ts';
import { expectAnswer } from './terms-of.ts';

const JSON_TYPE: IncomingHttpHeaders = { 'content-type': 'application/json' };

function door(sketch: CallSketch = {}): MessageDoor {
  const parts = answerParts();
  const call = callOf(parts, sketch);
  return new MessageDoor(call, parts, expectAnswer(call), undefined);
}
const inspect = (headers: IncomingHttpHeaders, body: string, status = 200) =>
  inspectWhole(door(), status, headers, Pieces.of(Buffer.from(body)));

describe('an answer that is one message', () => {
  it('is decided on like any other', () => {
    expect(inspect(JSON_TYPE, answerTo(1, { content: [] }))).toBe('pass');
  });

  it.each<[name: string, headers: IncomingHttpHeaders, body: string, why: RegExp]>([
    ['of another type', { 'content-type': 'text/html' }, '<html>', /^it answered HTTP 200 with text\/html$/],
    ['of no type', {}, answerTo(1, {}), /with no content type$/],
    ['that is none', JSON_TYPE, '{', /with application\/json: it/],
    [
      'in Latin-1',
      { 'content-type': 'application/json; charset=latin1' },
      answerTo(1, { a: 'ü' }),
      /in Latin-1, not in UTF-8$/,
    ],
  ])('cannot be read %s', (_name, headers, body, why) => {
    expect(inspect(headers, body)).toEqual({ unreadable: expect.stringMatching(why) as unknown });
  });

  it('in Latin-1 that is ASCII reads the same in UTF-8', () => {
    expect(inspect({ 'content-type': 'application/json; charset=latin1' }, answerTo(1, { a: 'u' }))).toBe('pass');
  });
});

describe('what is said to something that has no answer', () => {
  const besides = (status: number, headers: IncomingHttpHeaders, body: string) => {
    const said = answerBesides(door({ id: null }), status, headers, Pieces.of(Buffer.from(body)));
    const shown = said.shown instanceof Refusal ? said.shown.message : asOne(said.shown).toString();
    return [said.headers['content-type'], shown];
  };

  it.each<[name: string, status: number, headers: IncomingHttpHeaders, body: string, said: unknown[]]>([
    ['its status alone', 202, {}, '', [undefined, '']],
    ['no page that comes with it', 200, { 'content-type': 'text/html' }, '<html>', [undefined, '']],
    [
      'an error that is a message',
      400,
      JSON_TYPE,
      errorTo(undefined, { code: 1, message: 'no' }),
      ['application/json', errorTo(undefined, { code: 1, message: 'no' })],
    ],
    [
      'the words of a refusal',
      400,
      { 'content-type': 'text/plain' },
      'No session',
      [undefined, expect.stringContaining('HTTP 400: No session')],
    ],
    ['no answer that nobody asked for', 200, JSON_TYPE, answerTo(9, {}), [undefined, '']],
  ])('is %s', (_name, status, headers, body, said) => {
    expect(besides(status, headers, body)).toEqual(said);
  });
});

describe('an answer that cannot pass is refused', () => {
  const refusal = (status: number, headers: IncomingHttpHeaders, body: string, isEarly = false): string => {
    const {
      reason,
      status: own,
      message,
    } = refusalOfStatus(status, headers, Pieces.of(Buffer.from(body)), 'it is odd', isEarly);
    return `${reason} ${own ?? 'own status'}: ${message}`;
  };

  it.each<[name: string, said: string, words: RegExp]>([
    [
      'in the server’s own words, with its status',
      refusal(404, { 'content-type': 'text/plain' }, 'Gone'),
      /^upstream-refused 404: .*HTTP 404: Gone$/,
    ],
    ['with its status where it said nothing', refusal(503, {}, ''), /^upstream-invalid 503: .*it is odd/],
    [
      'with its status where it spoke JSON, because the session is in order',
      refusal(200, JSON_TYPE, '[]'),
      /^upstream-invalid 200: .*it is odd/,
    ],
    ['as nonsense otherwise', refusal(200, {}, ''), /^upstream-invalid 502: .*it is odd/],
    [
      'as the end of the session where the status cannot be told any more',
      refusal(404, {}, '', true),
      /^session-not-found /,
    ],
    ['as any other error where only that cannot be told', refusal(400, {}, '', true), /^upstream-invalid 400/],
  ])('%s', (_name, said, words) => {
    expect(said).toMatch(words);
  });
});
