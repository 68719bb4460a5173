/** How many bytes a gate may hold for others: what is left of what the process may have when it has what it needs itself. */
import { totalmem } from 'node:os';

const MIB = 1024 * 1024;
/** Code, heap and connections at work; `npm run bench` measures it. */
const OWN_BYTES = 144 * MIB;
/** Less, and a body of the largest size that a policy may allow would never find room, not even alone. */
const LEAST_BYTES = 32 * MIB;
/** On a machine that is not the gate's alone, more would be felt by others. */
const MOST_BYTES = 512 * MIB;

/**
 * `limit` is that of the process's control group in bytes, which is the limit of the container in a pod; undefined or more than the
 * machine has where there is none, and then an eighth of the machine counts.
 */
export function budgetBytes(limit: number | undefined = process.constrainedMemory(), machine = totalmem()): number {
  const isLimited = limit !== undefined && limit > 0 && limit < machine;
  const room = isLimited ? limit - OWN_BYTES : machine / 8;
  return Math.min(MOST_BYTES, Math.max(LEAST_BYTES, Math.floor(room)));
}
