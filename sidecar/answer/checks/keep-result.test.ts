import { beforeEach, describe, expect, it } from 'vitest';
import { JsonView } from '../../../core/mcp/json-view.ts';
import { Pieces } from '../../../core/mcp/pieces.ts';
import { policyOf, pack } from '../../../core/policy/testing/gen.ts';
import type { Ticket } from '../../memory/results/result-store.ts';
import { type TestParts, answerParts, answerTo } from '../../testing/answering.ts';
import type { Answer } from '../check.ts';
import { keepResult } from './keep-result.ts';

const RESULT = { content: [{ type: 'text', text: 'done' }] };
const plans = policyOf(pack({ cache: [{ name: 'a', tools: ['get'], ttl: '1m', clearedBy: ['set'] }] })).cache;
let gate: TestParts;
beforeEach(() => {
  gate = answerParts();
});

function ticket(key = 'k'): Ticket {
  const plan = plans?.of('get') ?? expect.fail();
  return gate.results.store.ticket({ key, tool: 'get', place: '', plan }) ?? expect.fail();
}

/** An answer, as far as the check looks at it. */
function check(terms: { keeps?: Ticket; clears?: readonly string[] } | undefined, said: object = RESULT): void {
  const text = Buffer.from(answerTo(1, said));
  const result = JsonView.of(text)?.view('result');
  const of = terms && { keeps: undefined, clears: [], ...terms };
  expect(keepResult({ terms: of, result, text: Pieces.of(text), gate } as unknown as Answer)).toBeUndefined();
}
const found = (key = 'k'): boolean => gate.results.store.find(key) !== undefined;

describe('an answer', () => {
  it('is kept once, where its call may be', () => {
    const keeps = ticket();
    check({ keeps });
    expect(found()).toBe(true);
    gate.results.store.giveBack();
    // On a stream that is resumed a server may say something else the second time.
    check({ keeps });
    expect(found()).toBe(false);
  });

  it.each<[what: string, said: object]>([
    ['is an error', { ...RESULT, isError: true }],
    ['is larger than one may be', { content: [{ type: 'text', text: 'x'.repeat(2 * 1024 * 1024) }] }],
  ])('is not kept that %s', (_what, said) => {
    check({ keeps: ticket() }, said);
    expect(found()).toBe(false);
  });

  it('is not kept where the server has asked something on the way', () => {
    const keeps = ticket();
    keeps.spoil();
    check({ keeps });
    expect(found()).toBe(false);
  });

  it('of a call that changes something clears what was read before', () => {
    check({ keeps: ticket() });
    check({ clears: ['finance/pack#b'] });
    expect(found()).toBe(true);
    check({ clears: ['finance/pack#a'] });
    expect(found()).toBe(false);
  });

  it('to nothing that is known is not kept', () => {
    check(undefined);
    check({});
    expect(gate.results.store.size).toBe(0);
  });
});
