import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
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
