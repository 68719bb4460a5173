import { beforeEach, describe, expect, it } from 'vitest';
import { type Secret, readSecret } from '../../../core/credentials/secret.ts';
import type { Echo } from '../request.ts';
import { UpstreamError } from '../upstream.ts';
import { type WatchedOptions, WatchedSink } from './watched-sink.ts';

const KEY = 'sk-live-0123456789';
const secrets = [readSecret('api', KEY) as Secret];

let got: string[];
let told: Echo[];
let exchange: string[];
beforeEach(() => {
  [got, told, exchange] = [[], [], []];
});

function watched(about: Partial<WatchedOptions> = {}): WatchedSink {
  const sink = new WatchedSink(
    {
      onHead: (status, headers) => void got.push(`${status} ${JSON.stringify(headers)}`),
      onData: (chunk) => got.push(chunk.toString()) < 0,
      onEnd: () => void got.push('end'),
      onError: ({ reason, message }) => void got.push(`${reason} ${message}`),
    },
    {
      secrets: () => secrets,
      onEcho: () => 'Redact',
      tell: (echo) => told.push(echo),
      onRefused: () => exchange.push('refused') < 0,
      ...about,
    },
  );
  sink.attach({ resume: () => void exchange.push('resume'), abort: () => void exchange.push('abort') });
  return sink;
}

describe('an answer', () => {
  it('passes as it is, with the pace of who takes it', () => {
    const sink = watched();
    sink.onHead(200, { a: 'b' });
    expect(sink.onData(Buffer.from('{}'))).toBe(false);
    sink.resume();
    sink.onEnd();
    expect([got, told, exchange]).toEqual([['200 {"a":"b"}', '{}', 'end'], [], ['resume']]);
  });

  it('has what was held back at its end', () => {
    const sink = watched();
    expect(sink.onData(Buffer.from('sk-li'))).toBe(true);
    sink.onEnd();
    expect(got).toEqual(['sk-li', 'end']);
  });

  it('with 401 says that the key is refused', () => {
    watched().onHead(401, {});
    expect(exchange).toEqual(['refused']);
    expect(got).toEqual(['401 {}']);
  });

  it('with 401 is none to the client where it is about the gate', () => {
    const sink = watched({ onRefused: () => true });
    sink.onHead(401, { 'www-authenticate': 'Bearer' });
    sink.onData(Buffer.from('{}'));
    sink.onEnd();
    expect(got).toEqual([expect.stringMatching(/^upstream-invalid it does not take the key/)]);
    expect(exchange).toEqual(['abort']);
  });

  it('that broke off does so without the key in the words', () => {
    watched().onError(new UpstreamError('upstream-broken', `its last words: ${KEY}`));
    expect(got).toEqual([`upstream-broken its last words: ${'*'.repeat(KEY.length)}`]);
    expect(told).toHaveLength(1);
  });
});

describe('an answer that is to be denied', () => {
  it('ends with its head where the key is there, and nothing follows', () => {
    const sink = watched({ onEcho: () => 'Deny' });
    sink.onHead(200, { 'set-cookie': [`a=${KEY}`] });
    sink.onData(Buffer.from('{}'));
    sink.onEnd();
    sink.onError(new UpstreamError('upstream-broken', ''));
    expect(got).toEqual([expect.stringMatching(/^credential-echoed/)]);
    expect(exchange).toEqual(['abort']);
  });

  it('ends before the piece with the key', () => {
    const sink = watched({ onEcho: () => 'Deny' });
    sink.onHead(200, {});
    sink.onData(Buffer.from('data: 1\n\n'));
    sink.onData(Buffer.from(`data: ${KEY}`));
    sink.onData(Buffer.from('more'));
    expect(got).toEqual(['200 {}', 'data: 1\n\n', expect.stringMatching(/^credential-echoed/)]);
    expect(got.join('')).not.toContain(KEY);
  });
});

it('what is given up before the server was asked is given up there as well', () => {
  const sink = watched();
  sink.abort();
  sink.onHead(200, {});
  sink.attach({ resume() {}, abort: () => void exchange.push('abort again') });
  expect([got, exchange]).toEqual([[], ['abort', 'abort again']]);
});
