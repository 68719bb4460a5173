/** Everything a call can meet on its path, assembled once per process. Only what starts and ends a gate sees all of it. */
import type { PathParts } from './path/parts.ts';

export interface Gate extends PathParts {
  /** The pod is on its way out: not ready, and every answer ends its connection; all that still comes is served, new sessions too. */
  leaving: boolean;
  /** No endpoint leads here any more: sessions are told that they are over while their server is still there. */
  sessionsOver: boolean;
  /** The server of the pod has not accepted a connection yet: not ready, though every call would get an answer. */
  awaitsServer: boolean;
  draining: boolean;
  failed: string | undefined;
}
