/**
 * Results of tools are kept for the next who asks the same (memory/results), as the server said them: what may be shown of them is
 * decided on again each time. And the answer of a call that changes something clears what was read of that before.
 */
import { PlainResult } from '../../../core/mcp/plain-result.ts';
import type { Answer, Ruling } from '../check.ts';

export function keepResult({ terms, result, text, gate }: Answer): Ruling {
  const { store } = gate.results;
  if (terms === undefined) return undefined;
  if (terms.clears.length > 0) store.clear(terms.clears);
  if (terms.keeps?.redeem() !== true || result === undefined) return undefined;
  const { maxResultBytes } = terms.keeps.plan;
  // To look into one that came in pieces costs a copy of all of it.
  if (text.length > maxResultBytes + ENVELOPE_BYTES) return undefined;
  const plain = PlainResult.of(result, maxResultBytes);
  if (plain !== undefined) store.keep(terms.keeps, plain);
  return undefined;
}

/** What is around a result: its id, mostly. */
const ENVELOPE_BYTES = 1024;
