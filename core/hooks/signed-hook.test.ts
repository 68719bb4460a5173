import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { proveHook, proveSlack, readHookSecret } from './signed-hook.ts';

const NOW = Date.UTC(2026, 10, 21);
const SECONDS = NOW / 1000;
const MINUTE = 60;

describe('Slack', () => {
  // The example of Slack's own page "Verifying requests from Slack".
  const secret = '8f742231b10e8888abcd99yyyzzz85a5';
  const timestamp = '1531420618';
  const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';
  const body = Buffer.from(
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  );
  const at = Number(timestamp) * 1000;

  test('the example of its documentation is proven', () => {
    expect(proveSlack(secret, { timestamp, signature }, body, at)).toBe('proven');
  });

  test.each([
    ['another body', { timestamp, signature }, Buffer.from('token=x')],
    ['another time', { timestamp: '1531420619', signature }, body],
    ['no signature', { timestamp }, body],
    ['no time', { signature }, body],
    ['a shorter signature', { timestamp, signature: signature.slice(0, -1) }, body],
    ['another version', { timestamp, signature: signature.replace('v0', 'v1') }, body],
  ])('%s is forged', (_, headers, sent) => {
    expect(proveSlack(secret, headers, sent, at)).toBe('forged');
  });

  test.each([
    [-5 * MINUTE, 'proven'],
    [5 * MINUTE, 'proven'],
    [5 * MINUTE + 1, 'stale'],
    [-5 * MINUTE - 1, 'stale'],
  ])('%d seconds off is %s', (off, proof) => {
    expect(proveSlack(secret, { timestamp, signature }, body, at + off * 1000)).toBe(proof);
  });
});

describe('Standard Webhooks', () => {
  // The example of the specification and its libraries.
  const secret = readHookSecret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw') as Buffer;
  const headers = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: '1614265330',
    signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };
  const body = Buffer.from('{"test": 2432232314}');
  const at = Number(headers.timestamp) * 1000;

  test('the example of its documentation is proven, also beside others', () => {
    expect(proveHook([secret], headers, body, at)).toBe('proven');
    const signature = `v1a,AAAA v1,${Buffer.alloc(32).toString('base64')} ${headers.signature}`;
    expect(proveHook([Buffer.alloc(32), secret], { ...headers, signature }, body, at)).toBe('proven');
  });

  test.each([
    ['another body', headers, Buffer.from('{"test": 2432232315}')],
    ['another id', { ...headers, id: 'msg_q' }, body],
    ['another time', { ...headers, timestamp: '1614265331' }, body],
    ['no signature', { ...headers, signature: undefined }, body],
    ['a signature of another version', { ...headers, signature: headers.signature.replace('v1', 'v2') }, body],
    ['no id', { ...headers, id: undefined }, body],
  ])('%s is forged', (_, sent, text) => {
    expect(proveHook([secret], sent, text, at)).toBe('forged');
  });

  test('nobody is known without a secret', () => {
    expect(proveHook([], headers, body, at)).toBe('forged');
  });

  test('what was signed long ago, in a while, or at no time is stale', () => {
    expect(proveHook([secret], headers, body, at + 300_001)).toBe('stale');
    expect(proveHook([secret], headers, body, at - 300_001)).toBe('stale');
    const signed = (timestamp: string): string => {
      const mac = createHmac('sha256', secret).update(`m.${timestamp}.`).update(body).digest('base64');
      return proveHook([secret], { id: 'm', timestamp, signature: `v1,${mac}` }, body, NOW);
    };
    expect(signed(String(SECONDS))).toBe('proven');
    for (const timestamp of ['', 'now', `${SECONDS}.5`, `-${SECONDS}`, 'Infinity', '1e3']) {
      expect(signed(timestamp), timestamp).toBe('stale');
    }
  });

  test('an id with a dot cannot move the time', () => {
    const [id, timestamp] = [`m.${SECONDS}`, '1'];
    const mac = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest('base64');
    expect(proveHook([secret], { id, timestamp, signature: `v1,${mac}` }, body, NOW)).toBe('forged');
  });
});

test.each([
  ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', true],
  ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', true],
  ['', false],
  ['whsec_', false],
  ['whsec_c2hvcnQ=', false],
  [`whsec_${'A'.repeat(100)}`, false],
  ['correct horse battery staple, and then some', false],
])('%s is a secret: %s', (text, isSecret) => {
  expect(readHookSecret(text) !== undefined).toBe(isSecret);
});
