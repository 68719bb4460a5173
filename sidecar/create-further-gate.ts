/**
 * The gate of one more MCP port of the pod. It is the same server: who may come, what is allowed, where it is recorded, how much room there
 * is and whether the pod is on its way out are the first gate's. What a session, a stream, a task or a schema is, only their own port knows.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { hmacSha256Hex } from '../core/digest.ts';
import { endForgotten } from './call/end-session.ts';
import { countEcho } from './call/note-echo.ts';
import { HANDLE_KEY } from './create-gate.ts';
import type { Gate } from './gate.ts';
import type { Replicas } from './hop/replicas.ts';
import { Possession } from './identity/dpop/possession.ts';
import { HandleSeal } from './memory/handle-seal.ts';
import { HeldTasks } from './memory/held-tasks.ts';
import { InputSchemas } from './memory/input-schemas.ts';
import { PodHandles } from './memory/pod-handles.ts';
import { type Session, SessionTable } from './memory/sessions.ts';
import { Streams } from './memory/streams.ts';
import { TaskTable } from './memory/tasks.ts';
import { ServerOAuth } from './oauth/server-oauth.ts';
import { GuardedUpstream } from './upstream/credentials/guarded-upstream.ts';
import type { Upstream } from './upstream/upstream.ts';

export interface FurtherParts {
  /** Of the port; what is sealed at one port opens at none of the others. */
  readonly name: string;
  /** `namespace/name` of the server. */
  readonly server: string;
  readonly upstream: Upstream;
  readonly replicas: Replicas | undefined;
}

/** The key that gates of this port share, from the one that all gates of the server do: a key of its own for each (RFC 5869 has it so). */
export function keyOfPort(key: Buffer, name: string): Buffer {
  return createHmac('sha256', key).update(`sallyport port v1 ${name}`).digest();
}

export function createFurtherGate(first: Gate, { name, server, upstream: own, replicas }: FurtherParts): Gate {
  // One server has one set of keys, at whichever of its ports.
  const upstream = new GuardedUpstream(own, first.credentials, (echo) => countEcho(first.metrics, echo));
  const sessions = new SessionTable(first.clock);
  const ownKey = Buffer.from(hmacSha256Hex(first.digestKey, HANDLE_KEY), 'hex');
  const gate: Gate = {
    ...first,
    sessions,
    streams: new Streams(),
    tasks: new TaskTable(),
    // Two servers may give one name to a task. Of the room for outcomes there is little: most pods have one port.
    heldTasks: new HeldTasks(first.clock, first.bytes.large.total / 16),
    inputSchemas: new InputSchemas(),
    results: first.results.at(name),
    seal: new HandleSeal(keyOfPort(ownKey, name)),
    handles: new PodHandles(server),
    // A proof is for one URL, and so for one port.
    possession: new Possession(first.clock, randomBytes(32)),
    replicas,
    upstream,
    oauth: new ServerOAuth(upstream, first.clock),
  };
  for (const state of STATES) {
    Object.defineProperty(gate, state, {
      get: () => first[state],
      set(value: never) {
        first[state] = value;
      },
      enumerable: true,
    });
  }
  const onEvicted = (session: Session): void => endForgotten(gate, session);
  sessions.onEvicted = onEvicted;
  return gate;
}

/** What becomes of the process becomes of every gate in it. */
const STATES = ['leaving', 'sessionsOver', 'awaitsServer', 'draining', 'failed'] as const satisfies (keyof Gate)[];
