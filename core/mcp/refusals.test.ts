import { describe, expect, it } from 'vitest';
import { type RefusalReason, refuse } from './refusals.ts';

describe('the HTTP status of a refusal', () => {
  it.each<[reason: RefusalReason, answer: number, nothing: number, unknown: number]>([
    ['duplicate-key', 200, 202, 400],
    ['body-too-large', 200, 202, 413],
    ['too-many-calls', 200, 202, 503],
    ['internal-error', 200, 202, 500],
    // By the rules of the transport, whatever it is about.
    ['unauthenticated', 401, 401, 401],
    ['session-not-found', 404, 404, 404],
    ['header-mismatch', 400, 400, 400],
    ['id-missing', 400, 400, 400],
    ['upstream-unreachable', 502, 502, 502],
  ])('%s: %i to a call, %i to what needs no answer, %i where nobody knows', (reason, answer, nothing, unknown) => {
    const refusal = refuse(reason);
    const statuses = (['answer', 'nothing', undefined] as const).map((awaits) => refusal.statusIn('legacy', awaits));
    expect(statuses).toEqual([answer, nothing, unknown]);
  });

  it('is in 2026-07-28 what that revision says', () => {
    expect(refuse('unknown-method').statusIn('modern', 'answer')).toBe(404);
    expect(refuse('unknown-method').statusIn('legacy', 'answer')).toBe(200);
    expect(refuse('duplicate-key').statusIn('modern', 'answer')).toBe(200);
  });

  it("is the server's own where the server has said one", () => {
    expect(refuse('internal-error').withStatus(406).statusIn('modern', 'answer')).toBe(406);
  });
});
