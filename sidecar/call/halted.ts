/** What a client hears of the kill switch. */
import { type Refusal, refuseInWords } from '../../core/mcp/refusals.ts';
import type { Halt } from '../../core/policy/halts.ts';

export function haltedRefusal({ id, said }: Halt, executed = 'Not executed'): Refusal {
  const { by, reason, tools } = said;
  const what = tools === null ? 'everything here' : `the tools ${tools.join(', ')}`;
  const who = by === undefined ? 'a person has' : `${by} has`;
  return refuseInWords(
    'halted',
    `${executed}: ${who} halted ${what} (${reason}). Do not retry; tell whoever you work for, and go on once it is lifted.`,
    { halt: id },
  );
}
