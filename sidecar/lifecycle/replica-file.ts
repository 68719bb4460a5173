/** How many gates the server has, as the operator writes it beside the policy. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPLICAS_FILE, readReplicas } from '../../core/replica-count.ts';

/** Undefined: there is no such file, or it cannot be read. Read anew at each call: it is asked while a store is away, and may be another one then. */
export function replicasIn(directory: string): number | undefined {
  try {
    return readReplicas(readFileSync(join(directory, REPLICAS_FILE), 'utf8'));
  } catch {
    return undefined;
  }
}
