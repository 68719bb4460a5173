import { describe, expect, it } from 'vitest';
import { type RawAnswer, readAnswer } from './read-answer.ts';

const NOW = Date.parse('2026-11-30T10:00:00Z');
const GOOD = { access_token: 'a-good-token', token_type: 'Bearer', expires_in: 300 };

const rawOf = (said: unknown, more: Partial<RawAnswer> = {}): RawAnswer => ({
  ...{ status: 200, contentType: 'application/json', retryAfter: null, text: JSON.stringify(said) },
  ...more,
});
const read = (said: unknown, more: Partial<RawAnswer> = {}, exchanges = false) =>
  readAnswer(rawOf(said, more), exchanges, NOW);

describe('a token is taken', () => {
  it.each<[string, unknown, number]>([
    ['for as long as is said', GOOD, 300_000],
    ['where the number is a text', { ...GOOD, expires_in: '300' }, 300_000],
    ['for five minutes where nothing is said', { ...GOOD, expires_in: undefined }, 300_000],
    ['for a day where more is said', { ...GOOD, expires_in: 1e12 }, 86_400_000],
    ['whatever the case of its type', { ...GOOD, token_type: 'bearer' }, 300_000],
    [
      'that is a JWT for a server which the endpoint does not know',
      { ...GOOD, token_type: 'N_A', issued_token_type: 'urn:ietf:params:oauth:token-type:jwt' },
      300_000,
    ],
  ])('%s', (_, said, forMs) => {
    expect(read(said)).toEqual({ kind: 'issued', token: 'a-good-token', forMs });
  });

  it('with parameters behind its content type', () => {
    expect(read(GOOD, { contentType: 'Application/JSON; charset=utf-8' })).toMatchObject({ kind: 'issued' });
  });
});

describe('a token is not taken', () => {
  it.each<[string, unknown, string]>([
    ['that is none', { ...GOOD, access_token: undefined }, 'no access_token'],
    ['that is no text', { ...GOOD, access_token: 7 }, 'no access_token'],
    ['of an answer with status 200 that is an error', { error: 'invalid_client' }, 'no access_token'],
    ['that begins another header', { ...GOOD, access_token: 'a-token\r\nx-admin: 1' }, 'no header can carry'],
    ['with a blank', { ...GOOD, access_token: 'two tokens' }, 'no header can carry'],
    ['with letters beyond ASCII', { ...GOOD, access_token: 'tokenö…tokenö' }, 'no header can carry'],
    ['that stands in answers by chance', { ...GOOD, access_token: 'short' }, 'shorter than 8'],
    ['that is too long for a header', { ...GOOD, access_token: 'x'.repeat(8_193) }, 'longer than 8192'],
    ['that is bound to a key', { ...GOOD, token_type: 'DPoP' }, 'no bearer token'],
    ['of no type', { ...GOOD, token_type: undefined }, 'no bearer token'],
    ['that is to be used elsewhere', { ...GOOD, token_type: 'N_A' }, 'no bearer token'],
    [
      'that renews others',
      { ...GOOD, issued_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' },
      'no access token',
    ],
    ['that has expired', { ...GOOD, expires_in: 0 }, 'has expired'],
    ['that expired before', { ...GOOD, expires_in: -5 }, 'has expired'],
    ['that expires some day', { ...GOOD, expires_in: 'soon' }, 'no number'],
    ['that expires in a list', { ...GOOD, expires_in: [300] }, 'no number'],
  ])('%s', (_, said, why) => {
    expect(read(said)).toEqual({ kind: 'failed', why: expect.stringContaining(why) as string });
  });

  it.each<[string, Partial<RawAnswer>, string]>([
    ['a page', { contentType: 'text/html', text: '<p>Log in' }, 'not application/json'],
    ['nothing', { text: '' }, 'no JSON object'],
    ['a list', { text: '[]' }, 'no JSON object'],
    ['half of one', { text: '{"access_token":' }, 'no JSON object'],
    ['a redirect', { status: 302 }, 'status 302'],
  ])('from %s', (_, raw, why) => {
    expect(read(GOOD, raw)).toEqual({ kind: 'failed', why: expect.stringContaining(why) as string });
  });
});

describe('an endpoint that says no', () => {
  it.each(['invalid_grant', 'invalid_request', 'invalid_token', 'access_denied', 'interaction_required'])(
    'means the caller with %s, where a token of theirs was exchanged',
    (error) => {
      const said = read({ error }, { status: 400 }, true);
      expect(said).toEqual({ kind: 'declined', why: `it answered with status 400 and ${error}` });
      expect(read({ error }, { status: 400 })).toMatchObject({ kind: 'failed' });
    },
  );

  it.each(['invalid_client', 'unauthorized_client', 'unsupported_grant_type', 'invalid_scope', 'invalid_target'])(
    'means nobody in particular with %s',
    (error) => {
      const said = read({ error }, { status: 401 }, true);
      expect(said).toEqual({ kind: 'failed', why: `it answered with status 401 and ${error}` });
    },
  );

  it('is not quoted: it may say what it was sent', () => {
    const said = { error: 'hunter22-is-wrong', error_description: 'hunter22 is wrong' };
    expect(read(said, { status: 400 }, true)).toEqual({ kind: 'failed', why: 'it answered with status 400' });
  });

  it.each([
    ['seconds', '7', 7_000],
    ['a date', 'Mon, 30 Nov 2026 10:00:09 GMT', 9_000],
    ['an hour, of which a minute is waited for', '3600', 60_000],
    ['what has passed', 'Mon, 30 Nov 2026 09:00:00 GMT', undefined],
    ['words', 'later', undefined],
  ])('says in %s how long it wants to be left alone', (_, retryAfter, pauseMs) => {
    expect(read({}, { status: 429, retryAfter })).toEqual({
      kind: 'failed',
      why: 'it answered with status 429',
      ...(pauseMs !== undefined && { pauseMs }),
    });
  });
});
