import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ALLOW_ALL, bundleOf } from '../test/support/policy.ts';
import type { LoadedFolder } from './load-folder.ts';
import { Narrator } from './narrator.ts';

it('says of a refused call what happened, whose side it is on and what to do', async () => {
  const output = new PassThrough();
  const narrator = new Narrator(output, false);
  const detail = "Invalid request: an object has the same key twice. On the client's side: send each key once.";
  narrator.onDecision({
    time: 0,
    traceId: 't',
    principal: { kind: 'token', name: 'ada', groups: [] },
    method: 'POST',
    decision: { detail, effect: 'Deny', mode: 'Enforce', reason: 'duplicate-key', revision: null, rules: [] },
    outcome: 'refused',
    latency: { sallyportMs: 0 },
  });
  output.end();
  expect(await text(output)).toBe(`Deny      POST by ada: refused, duplicate-key: ${detail}\n`);
});

it('names what was found, and what rules in shadow would have found', async () => {
  const output = new PassThrough();
  const narrator = new Narrator(output, false);
  const finding = { detector: 'path', pointer: '/path', reason: 'outside-roots', rule: 'finance/files#read' };
  const decision = {
    ...({
      effect: 'Allow',
      mode: 'Enforce',
      reason: 'forwarded',
      revision: null,
      rules: ['finance/files#read'],
    } as const),
    findings: [finding],
    wouldEffect: 'Deny' as const,
    wouldFindings: [{ ...finding, pointer: '/to' }],
    wouldRules: ['finance/files#trial'],
    answer: {
      ...{ effect: 'Redact' as const, rules: ['finance/files#keys'], redacted: undefined },
      findings: [{ ...finding, detector: 'secrets', reason: 'url-password', pointer: '/content/0/text' }],
      ...{ wouldEffect: 'Deny' as const, wouldRules: ['finance/files#people'], wouldFindings: undefined },
    },
  };
  const of = {
    time: 0,
    traceId: 't',
    principal: null,
    method: 'tools/call',
    outcome: 'answered',
    latency: { sallyportMs: 0 },
  };
  narrator.onDecision({ ...of, decision });
  output.end();
  expect(await text(output)).toContain(
    '(finance/files#read) [path outside-roots at /path] [shadow: Deny by finance/files#trial, path outside-roots at /to] ' +
      '[answer: Redact by finance/files#keys, secrets url-password at /content/0/text] ' +
      '[answer in shadow: Deny by finance/files#people]\n',
  );
});

it('keeps a bounded number of lines for who does not read them, and says how many it left out', async () => {
  let isRead = (): void => {};
  const shown: string[] = [];
  // A pipe whose reader sleeps.
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      shown.push(chunk.toString());
      isRead = done;
    },
  });
  const narrator = new Narrator(output, false);
  for (let i = 0; i < 3_000; i++) narrator.say('x'.repeat(1023));
  expect(output.writableLength).toBeLessThan(1.1 * 1024 * 1024);
  while (output.writableLength > 0) {
    isRead();
    await nextTurn();
  }
  const leftOut = 3_000 - shown.length;
  narrator.say('on it goes');
  while (output.writableLength > 0) {
    isRead();
    await nextTurn();
  }
  expect(leftOut).toBeGreaterThan(1_900);
  expect(shown.slice(-2)).toEqual([`(${leftOut} lines were left out: nobody read them)\n`, 'on it goes\n']);
});

it.each([
  ['tells that nobody can come in', {}, true],
  [
    'says nothing of it where an issuer is trusted',
    { jwt: [{ issuer: 'https://a.example', audiences: ['x'] }] },
    false,
  ],
])('%s', async (_, access, says) => {
  const output = new PassThrough();
  const { bundle, text: written, revision } = bundleOf(ALLOW_ALL, access);
  const spec = { remote: { url: 'http://127.0.0.1/mcp' }, access };
  const loaded = {
    server: { spec },
    tokens: [],
    packs: [],
    warnings: [],
    compiled: { bundle, text: written, revision },
  };
  new Narrator(output, false).onPolicy(loaded as unknown as LoadedFolder, undefined);
  output.end();
  expect((await text(output)).includes('clients   none')).toBe(says);
});
