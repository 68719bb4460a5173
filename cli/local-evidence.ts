/** What a local gate keeps on this machine: its audit log, the key of the digests in it, and the sessions of a server that goes on. */
import { join } from 'node:path';
import { loadOrCreateKey } from '../sidecar/audit/digest-key.ts';
import { type AuditLimits, readAuditLimits } from '../sidecar/audit/limits.ts';
import { AuditLog, type AuditLogOptions } from '../sidecar/audit/log.ts';
import { loadOrCreateSigningKey } from '../sidecar/audit/signing-key.ts';
import { NotAFile } from '../sidecar/audit/open-file.ts';
import { SYSTEM_CLOCK } from '../sidecar/clock.ts';
import type { Gate } from '../sidecar/gate.ts';
import { gateFacts } from '../sidecar/lifecycle/gate-facts.ts';
import { openDefinitions } from '../sidecar/lifecycle/open-definitions.ts';
import { openHistory } from '../sidecar/lifecycle/open-history.ts';
import { shareHistory } from '../sidecar/lifecycle/shared-history.ts';
import type { SharedHistory } from '../sidecar/memory/history/shared/shared-history.ts';
import type { PolicySource } from '../sidecar/policy/source.ts';
import type { SecretStore } from '../sidecar/upstream/credentials/store.ts';
import type { Registry } from 'prom-client';
import type { LocalHistory } from '../sidecar/memory/history/local-history.ts';
import type { DefinitionFile } from '../sidecar/memory/definition-file.ts';
import { SessionFile } from '../sidecar/memory/session-file.ts';
import { UserError, systemReason } from './errors.ts';
import { stateDir } from './paths.ts';

export interface Evidence {
  readonly log: AuditLog;
  readonly digestKey: Buffer;
  /** Of all audit files together. */
  readonly maxBytes: number;
}

/** What a gate was started with; all of it is in the digest that its log begins with. */
export interface Settings {
  readonly auditFile: string | undefined;
}

/** `name` is `namespace/name` of the server. Throws a UserError where the log or the key cannot be had. */
export function openEvidence(
  name: string,
  settings: Settings,
  listeners: Required<Pick<AuditLogOptions, 'onState' | 'onRefusals'>> & Pick<AuditLogOptions, 'onLine'>,
): Evidence {
  const state = stateOf(name);
  const file = settings.auditFile ?? join(state, 'audit.jsonl');
  const limits = auditLimits();
  try {
    const digestKey = loadOrCreateKey(join(state, 'digest.key'));
    const signer = loadOrCreateSigningKey(join(state, 'audit.key'), `sallyport/${name}`);
    const stream = `${name}/${process.pid}/${new Date().toISOString()}`;
    const facts = gateFacts({ ...settings, server: name, limits }, process.env);
    const of = { file, stream, server: name, clock: SYSTEM_CLOCK, limits, signer, facts };
    const log = AuditLog.open({ ...of, ...listeners });
    return { log, digestKey, maxBytes: limits.totalBytes };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error || error instanceof NotAFile)) throw error;
    const mend = 'choose another place: --audit FILE, and SALLYPORT_STATE_DIR for the key of its digests';
    throw new UserError(`the audit log ${file} cannot be written: ${systemReason(error)}`, mend);
  }
}

/** Two gates of one server at a time have one file; the second one keeps none. Without it sessions end with the process, and calls go on. */
export function keepSessions(
  name: string,
  upstream: string,
  { sessions }: Pick<Gate, 'sessions'>,
  say: (line: string) => void,
): SessionFile | undefined {
  const onProblem = (error: unknown): void =>
    say(`sessions are not kept: they end with this process (${systemReason(error)})`);
  try {
    const file = SessionFile.open({ path: join(stateOf(name), 'sessions.jsonl'), upstream, onProblem });
    if (file !== undefined) sessions.keep(file);
    return file;
  } catch (error) {
    onProblem(error);
    return undefined;
  }
}

/** Without the files what changes is told until the process ends, and nothing that was accepted is known. */
export function keepDefinitions(
  name: string,
  gate: Pick<Gate, 'definitions' | 'streams'>,
  say: (line: string) => void,
): DefinitionFile | undefined {
  const onProblem = (error: unknown): void => say(`definitions are not kept (${systemReason(error)})`);
  try {
    return openDefinitions(pinsDirectory(name), gate, onProblem);
  } catch (error) {
    onProblem(error);
    return undefined;
  }
}

/** What was counted goes on with the next gate of this server. */
export function keepHistory(name: string, say: (line: string) => void): LocalHistory {
  return openHistory(join(stateOf(name), 'history.state'), SYSTEM_CLOCK, {
    onProblem: (sentence, error) => say(`${sentence} (${systemReason(error)})`),
  });
}

/** Counted together with whoever else names the same store. How many those are nobody knows: without it each counts as if it were alone. */
export function shareLocally(
  folder: PolicySource & SecretStore,
  local: LocalHistory,
  registry: Registry,
  name: string,
  say: (line: string) => void,
): SharedHistory {
  return shareHistory({
    ...{ policy: folder, secrets: folder, local, registry, clock: SYSTEM_CLOCK },
    server: () => name,
    replicas: () => 1,
    onState(state) {
      if (state === undefined) return;
      if (state.problem === undefined) say('limits are counted in the store that the MCPServer names');
      else say(`the store that limits are counted in is away: ${state.problem}`);
    },
  });
}

/** `name` is `namespace/name` of the server. */
export function pinsDirectory(name: string): string {
  return join(stateOf(name), 'pins');
}

function stateOf(name: string): string {
  return join(stateDir(), ...name.split('/'));
}

function auditLimits(): AuditLimits {
  try {
    return readAuditLimits(process.env);
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error), 'set it anew, or unset it');
  }
}
