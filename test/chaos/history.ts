/** What is known of a run when it is over, from four sources that know nothing of each other. Times: milliseconds since the epoch. */

/** A call as its client saw it. */
export interface ClientCall {
  /** Names the work that was asked for: an argument of the call, the same when it is tried again. */
  readonly key: string;
  /** Of this try. */
  readonly traceId: string;
  readonly tool: string;
  readonly started: number;
  readonly ended: number;
  /** The server's answer came. */
  readonly isAnswered: boolean;
  /** In short, for people. */
  readonly seen: string;
}

/** A call as the server's own log has it. */
export interface Execution {
  readonly key: string;
  readonly tool: string;
  readonly time: number;
}

/** A call as the audit log of a gate has it; an intent and its decision are two lines. */
export interface AuditLine {
  readonly traceId: string;
  readonly tool: string;
  readonly time: number;
  /** Name of the ApprovalRequest. */
  readonly approval?: string;
}

/** What a person decided. */
export interface Vote {
  readonly approval: string;
  readonly isApproved: boolean;
  /** The vote may have been cast since then. */
  readonly time: number;
}

/** A time in which policy forbade a tool everywhere, by the word of `PolicyEnforced`. */
export interface Window {
  readonly tool: string;
  readonly from: number;
  /** Infinity: until the end. */
  readonly to: number;
}

/** What was done to the cluster, and when everything was ready again. */
export interface FaultRun {
  readonly name: string;
  readonly began: number;
  /** It was over, or undone. */
  readonly ended: number;
  /** Undefined: not before the run was given up. */
  readonly readyAt: number | undefined;
}

export interface History {
  readonly calls: readonly ClientCall[];
  readonly executions: readonly Execution[];
  readonly audit: readonly AuditLine[];
  readonly votes: readonly Vote[];
  readonly forbidden: readonly Window[];
  readonly faults: readonly FaultRun[];
}

/** What each tool of the server is for in a run. */
export const TOOLS = {
  /** Always allowed. */
  free: 'echo',
  /** Allowed and forbidden in turn. */
  flipping: 'read_file',
  /** A person is asked. */
  held: 'transfer',
  /** Never allowed. */
  never: 'danger',
} as const;
