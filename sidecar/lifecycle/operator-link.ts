/** Everything between this pod and its operator, put together: what is reported, what comes back, and who is asked about held calls. */
import type { Logger } from 'pino';
import { OWN_UNDERSTANDING } from '../../core/policy/bundle-versions.ts';
import { version } from '../../core/version.ts';
import { OperatorApprovals } from '../approvals/operator-approvals.ts';
import type { ApprovalService } from '../approvals/service.ts';
import { SYSTEM_CLOCK } from '../clock.ts';
import type { SidecarConfig } from '../config.ts';
import type { IssuerState } from '../identity/jwt/issuer-keys.ts';
import type { RevocationState } from '../identity/revoked/revocation-directory.ts';
import type { TokenState } from '../identity/token-directory.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { LoopbackChecks } from './loopback-checks.ts';
import type { ServiceAccountKeys } from '../../core/service-account-keys.ts';
import { type AccountReview, askForAccountKeys, reviewAccountToken } from '../operator-client/account-link.ts';
import { type OperatorAddress, OperatorClient } from '../operator-client/client.ts';
import { DefinitionLink } from '../operator-client/definition-link.ts';
import type { DefinitionTable } from '../memory/definitions.ts';
import type { SharedSnapshot } from '../memory/shared-pins.ts';
import { type ListsShown, sharedPins } from './open-definitions.ts';
import { pinsTold } from './pins-told.ts';
import { type HandleKeyListener, HandleKeys } from '../operator-client/handle-keys.ts';
import { issuersReport } from '../operator-client/issuers-report.ts';
import { endOf, type ServingState } from '../tls/serving-certificate.ts';
import { ServingFeed } from '../operator-client/serving-certificate.ts';
import type { Pair, Unfit } from '../tls/pair.ts';
import { type Report, Reporter } from '../operator-client/reporter.ts';
import { type ProvenTree, type WitnessEvents, WitnessLink } from '../operator-client/witness-link.ts';

/** A report is read by people, and kept for each pod. */
const MAX_PROBLEMS = 20;
const MAX_TEXT = 500;

export class OperatorLink {
  readonly approvals: ApprovalService;
  readonly #client: OperatorClient;
  readonly #caFile: string | undefined;
  readonly #reporter: Reporter;
  readonly #check: LoopbackChecks | undefined;
  readonly #definitions: DefinitionLink;
  #onPins: (pins: SharedSnapshot | undefined) => void = () => {};
  #onServerUp: () => void = () => {};
  #onAnswer: (answer: unknown) => void = () => {};
  #tokens: Pick<TokenState, 'clients' | 'problems'> = { clients: 0, problems: [] };
  #revocationProblems: readonly string[] = [];
  #revision: string | null = null;

  /** `onHandleKey` is called when the operator gives a key, and whenever it gives another one; never by one of an earlier version. */
  constructor(
    address: OperatorAddress,
    { upstream, furtherPorts, podIps }: SidecarConfig,
    metrics: Metrics,
    log: Logger,
    onHandleKey: HandleKeyListener,
  ) {
    this.#client = new OperatorClient(address, SYSTEM_CLOCK);
    this.#caFile = address.caFile;
    this.approvals = new OperatorApprovals(this.#client, SYSTEM_CLOCK, log);
    const initial = {
      version,
      understands: OWN_UNDERSTANDING,
      policy: { revision: null, problem: null },
      tokens: { clients: 0, problems: [] },
      upstream: { loopbackOnly: null },
    };
    const keys = new HandleKeys(onHandleKey);
    this.#reporter = new Reporter(this.#client, initial, {
      onAnswer: (body) => {
        keys.take(body);
        this.#onAnswer(body);
      },
      onTaken() {
        metrics.reportTaken(true);
        log.info('the operator knows what is enforced here');
      },
      onProblem(problem) {
        metrics.reportTaken(false);
        log.warn({ problem }, 'the operator did not take the report; calls go on, and it is told again');
      },
    });
    const told = pinsTold(metrics, log, (pins) => this.#onPins(pins));
    this.#definitions = new DefinitionLink(this.#client, SYSTEM_CLOCK, told);
    this.#check = LoopbackChecks.of([upstream, ...furtherPorts.map((port) => port.upstream)], podIps, {
      onUp: () => this.#onServerUp(),
      onResult: (loopbackOnly) => this.#reporter.update({ upstream: { loopbackOnly } }),
    });
  }

  /** `onServerUp` is called when the server of the pod accepts connections; at once where that is not looked at. */
  start(onServerUp: () => void): void {
    // Whoever is asked first must not show as new what another gate knows to have changed.
    // And a session of another gate is found only with the key, which comes with the answer to the first report.
    const begun = Promise.all([this.#definitions.begun, this.#reporter.begun]);
    const onceTold = (): void => void begun.then(onServerUp);
    this.#onServerUp = onceTold;
    this.#reporter.start();
    this.#definitions.start();
    if (this.#check === undefined) this.#onServerUp();
    else this.#check.start();
  }

  /** Pins of all gates come into this table, and what it sees goes to them. */
  sharePins(table: DefinitionTable, streams: ListsShown, directory: string, onProblem: (error: unknown) => void): void {
    this.#onPins = sharedPins(table, streams, directory, onProblem);
    table.shareWith(this.#definitions);
  }

  /** Shows it the checkpoints of this log. */
  witness(tree: ProvenTree, events: WitnessEvents): WitnessLink {
    return new WitnessLink(this.#client, tree, events);
  }

  /** What the operator answers to a report that it takes, every time. */
  onAnswer(listener: (answer: unknown) => void): void {
    this.#onAnswer = listener;
  }

  /** The keys of the API server as they are now. Rejects with a sentence. */
  accountKeys(): Promise<ServiceAccountKeys> {
    return askForAccountKeys(this.#client);
  }

  /** What the API server says of the token of a ServiceAccount. Rejects likewise. */
  reviewAccount(token: string): Promise<AccountReview> {
    return reviewAccountToken(this.#client, token);
  }

  policyInForce(revision: string): void {
    this.#revision = revision;
    this.#reporter.update({ policy: { revision, problem: null } });
  }

  policyNotTaken(problem: string): void {
    this.#reporter.update({ policy: { revision: this.#revision, problem: problem.slice(0, MAX_TEXT).toWellFormed() } });
  }

  tokensRead({ clients, problems }: TokenState): void {
    this.#tokens = { clients, problems };
    this.#tellIdentity();
  }

  revocationsRead({ problems }: RevocationState): void {
    this.#revocationProblems = problems.map((problem) => `revocation ${problem}`);
    this.#tellIdentity();
  }

  /** One condition of the pod for both: what is said of clients, and could not be read. */
  #tellIdentity(): void {
    const { clients } = this.#tokens;
    const problems = [...this.#tokens.problems, ...this.#revocationProblems];
    const shown = problems.slice(0, MAX_PROBLEMS).map((problem) => problem.slice(0, MAX_TEXT).toWellFormed());
    if (problems.length > MAX_PROBLEMS) shown.push(`and ${problems.length - MAX_PROBLEMS} more`);
    this.#reporter.update({ tokens: { clients, problems: shown } });
  }

  /** Asks for a certificate to show to clients, and for the next ones, until it is closed. */
  certificates(onRead: (read: Pair | Unfit) => void): ServingFeed {
    return new ServingFeed({ client: this.#client, caFile: this.#caFile, clock: SYSTEM_CLOCK, onRead });
  }

  issuersHeard(states: readonly IssuerState[]): void {
    this.#reporter.update({ issuers: issuersReport(states, MAX_TEXT) });
  }

  credentialsRead(problems: readonly string[]): void {
    this.#reporter.update({ credentials: { problems: problems.map((one) => one.slice(0, MAX_TEXT).toWellFormed()) } });
  }

  /** How it stands with the store that gates share; undefined: none is named. */
  storeHeard(state: Report['state']): void {
    this.#reporter.update({ state });
  }

  /** `mounted`: the pod was made for what is asked of it. */
  certificateRead({ pair, problem }: ServingState, mounted: boolean): void {
    this.#reporter.update({ tls: { notAfter: endOf(pair), problem: problem ?? null, mounted } });
  }

  async close(): Promise<void> {
    this.#reporter.stop();
    this.#check?.stop();
    this.#definitions.stop();
    await this.#client.close();
  }
}
