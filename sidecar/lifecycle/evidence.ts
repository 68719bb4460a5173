/** The audit log of a gate, the key that it is signed with, and the witness that it is shown to: opened and closed together. */
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../../core/clock.ts';
import { GivenKey } from '../audit/given-key.ts';
import { AuditLog, type AuditLogOptions } from '../audit/log.ts';
import { loadOrCreateSigningKey } from '../audit/signing-key.ts';
import { keepWitnessed } from '../audit/witnessed-file.ts';
import type { ProvenTree, WitnessEvents, WitnessFailure, WitnessLink } from '../operator-client/witness-link.ts';
import type { WitnessMetrics } from '../telemetry/witness-metrics.ts';

/** For the last checkpoint, when the gate ends. */
const LAST_WITHIN_MS = 3_000;

export interface EvidenceOptions extends Omit<AuditLogOptions, 'file' | 'signer' | 'awaitsSigner' | 'onCheckpoint'> {
  /** Holds `audit.jsonl`, `audit.key`, `audit.pub` and `audit.witnessed`. */
  readonly directory: string;
  /** Undefined: the gate has a key of its own, and no witness. */
  readonly operator: ((tree: ProvenTree, events: WitnessEvents) => WitnessLink) | undefined;
  readonly metrics: () => WitnessMetrics;
  readonly log: Logger;
  readonly clock: Clock;
}

export class Evidence {
  readonly audit: AuditLog;
  readonly #key: GivenKey | undefined;
  readonly #witness: WitnessLink | undefined;
  readonly #witnessed: Witnessed | undefined;

  /** Throws the system's error where the log or its key cannot be had. */
  constructor({ directory, operator, metrics, log, ...options }: EvidenceOptions) {
    const path = join(directory, 'audit.key');
    const name = `sallyport/${options.server}`;
    const file = join(directory, 'audit.jsonl');
    if (operator === undefined) {
      this.audit = AuditLog.open({ ...options, file, signer: loadOrCreateSigningKey(path, name) });
      return;
    }
    this.#key = new GivenKey({
      path,
      name,
      onKey: ({ verifier }) => {
        const key = this.#key?.current;
        if (key !== undefined) this.audit.signWith(key);
        log.info({ key: verifier.text }, 'the audit log is signed with this key from now on');
      },
      onProblem: (problem) => log.warn({ problem }, 'the key of the audit log'),
    });
    this.audit = AuditLog.open({
      ...options,
      file,
      signer: this.#key.current,
      awaitsSigner: true,
      onCheckpoint: (note, size) => this.#witness?.offer(note, size),
    });
    this.#witnessed = new Witnessed(join(directory, 'audit.witnessed'), metrics(), log, options.clock);
    this.#witness = operator(this.audit.tree, this.#witnessed);
  }

  /** What the operator has answered to a report. */
  take(answer: unknown): void {
    this.#key?.take(answer);
  }

  /** Rejects where what was queued could not be written. `reason`: why the gate ends, for its last line. */
  async close(reason?: string): Promise<void> {
    // What was recorded before a key came is signed all the same.
    this.#key?.settle();
    try {
      await this.audit.close(reason);
    } finally {
      await this.#witness?.finish(LAST_WITHIN_MS);
      await this.#witnessed?.kept;
    }
  }
}

class Witnessed implements WitnessEvents {
  readonly #path: string;
  readonly #metrics: WitnessMetrics;
  readonly #log: Logger;
  readonly #clock: Clock;
  /** What was said last: the same is not said again. */
  #said = '';
  /** Resolves when all that was witnessed so far is in the file, or could not be. */
  kept: Promise<void> = Promise.resolve();

  constructor(path: string, metrics: WitnessMetrics, log: Logger, clock: Clock) {
    [this.#path, this.#metrics, this.#log, this.#clock] = [path, metrics, log, clock];
  }

  onWitnessed(note: string): void {
    this.#metrics.witnessed(this.#clock.now());
    if (this.#said !== '') this.#log.info('the audit log is witnessed again');
    this.#said = '';
    this.kept = this.kept
      .then(() => keepWitnessed(this.#path, note))
      .catch((error: unknown) => this.#log.warn({ err: error }, 'a witnessed checkpoint could not be kept here'));
  }

  onFailure(reason: WitnessFailure, problem: string): void {
    this.#metrics.failed(reason);
    if (this.#said === `${reason} ${problem}`) return;
    this.#said = `${reason} ${problem}`;
    if (reason !== 'fork') {
      this.#log.warn({ reason, problem }, 'the audit log is not witnessed; it goes on, and is shown again');
      return;
    }
    this.#log.error(
      { problem },
      'the operator has witnessed other lines of this audit log than were written here: somebody else signs in the name of this gate, its log is not its own, or what the operator holds was set back',
    );
  }
}
