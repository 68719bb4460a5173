/** An answer of a halted tool, or of a task that it has begun, on whatever stream it comes: its call has been answered by the gate. */
import { haltedRefusal } from '../../call/halted.ts';
import { haltOfTool } from '../../call/halted-tasks.ts';
import type { Answer, Ruling } from '../check.ts';

export function stopHalted({ call, gate, terms }: Answer): Ruling {
  const tool = terms?.tool ?? terms?.taskTool;
  const halt = tool === undefined ? undefined : haltOfTool(tool, call.principal, gate);
  return halt && { stop: haltedRefusal(halt, 'The server has answered, and its answer is withheld') };
}
