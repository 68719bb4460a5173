import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../core/mcp/refusals.ts';
import { policyOf } from '../../core/policy/testing/gen.ts';
import { Policy } from '../../core/policy/policy.ts';
import { type CallSketch, TestReply, answerParts, callOf, endpointSession } from '../testing/answering.ts';
import { chooseForm } from './choose-form.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const EVENTS = { 'content-type': 'text/event-stream; charset=utf-8' };
const CHALLENGE = { 'content-type': 'text/plain', 'www-authenticate': 'Bearer' };

function formOf(sketch: CallSketch, status: number, headers: IncomingHttpHeaders, reply = new TestReply()): string {
  const form = chooseForm(callOf(answerParts(), sketch), reply, status, headers);
  return form instanceof Refusal ? `${form.reason}: ${form.message}` : form;
}

describe('the form of an answer', () => {
  it.each<[name: string, sketch: CallSketch, status: number, headers: IncomingHttpHeaders, form: string]>([
    ['events are taken one at a time', {}, 200, EVENTS, 'events'],
    ['also on a stream', { httpMethod: 'GET' }, 200, EVENTS, 'events'],
    ['events with an error are one body', {}, 500, EVENTS, 'whole'],
    ['a message is taken whole', {}, 200, JSON_TYPE, 'whole'],
    ['so is an error', {}, 404, JSON_TYPE, 'whole'],
    ['so is what has no type', {}, 202, {}, 'whole'],
    ['so is the refusal of a stream', { httpMethod: 'GET' }, 405, {}, 'whole'],
    ['so is a challenge where the gate asks for tokens', {}, 401, CHALLENGE, 'whole'],
  ])('%s', (_name, sketch, status, headers, form) => {
    expect(formOf(sketch, status, headers)).toBe(form);
  });

  it.each<[name: string, sketch: CallSketch, status: number, headers: IncomingHttpHeaders, words: RegExp]>([
    ['a redirect', {}, 307, { location: '/elsewhere' }, /it redirects \(HTTP 307\) to \/elsewhere/],
    ['what is compressed', {}, 200, { ...JSON_TYPE, 'content-encoding': 'br' }, /encoded as br/],
    ['a message on GET', { httpMethod: 'GET' }, 200, JSON_TYPE, /GET with application\/json, not with a stream/],
    ['nothing on GET', { httpMethod: 'GET' }, 200, {}, /GET with no content type/],
  ])('there is none for %s', (_name, sketch, status, headers, words) => {
    expect(formOf(sketch, status, headers)).toMatch(words);
  });

  it.each([
    ['that was taken is all that a POST of HTTP+SSE says', 202, JSON_TYPE, 'accepted'],
    ['but an error has its own words', 400, JSON_TYPE, 'whole'],
    ['and events are events', 200, EVENTS, 'events'],
  ])('%s', (_name, status, headers, form) => {
    const parts = answerParts();
    const call = callOf(parts, { session: endpointSession(parts, new TestReply()) });
    expect(chooseForm(call, new TestReply(), status, headers)).toBe(form);
  });
});

describe('a challenge of a server that checks tokens itself', () => {
  const { bundle, revision } = policyOf();
  const server = { ...bundle.server, access: { ...bundle.server.access, authorization: 'Server' as const } };
  const policy = new Policy({ ...bundle, server }, revision);
  const started = new TestReply();
  started.start(200, {});

  it.each<[name: string, sketch: CallSketch, status: number, reply: TestReply, form: string]>([
    ['passes as it is', {}, 401, new TestReply(), 'raw'],
    ['also when it asks for a better one', {}, 403, new TestReply(), 'raw'],
    ['is a message among others in a batch', { isElement: true }, 401, new TestReply(), 'whole'],
    ['is a message behind a head that went out early', {}, 401, started, 'whole'],
    ['is none with another status', {}, 400, new TestReply(), 'whole'],
  ])('%s', (_name, sketch, status, reply, form) => {
    expect(formOf({ ...sketch, policy }, status, CHALLENGE, reply)).toBe(form);
  });
});
