/** Everything a call can meet on its path, assembled once per process. Only what starts and ends a gate sees all of it. */
import type { PathParts } from './path/parts.ts';

export interface Gate extends PathParts {
  leaving: boolean;
  /** The server of the pod has not accepted a connection yet: not ready, though every call would get an answer. */
  awaitsServer: boolean;
  draining: boolean;
  failed: string | undefined;
}
