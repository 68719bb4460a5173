/**
 * The second port: metrics, health and the way out, for those who run the gate; of the server it
 * asks only what the pod's own probes say. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerFailed, fenced } from '../../core/fence.ts';
import { isWithinPod } from '../../core/loopback.ts';
import { shortText } from '../../core/short-text.ts';
import type { Logger } from 'pino';
import { MAX_LEVEL_BYTES, answerLevel, changeLevel } from '../../core/telemetry/log-level.ts';
import type { MetricFamily } from '../../core/telemetry/metric-family.ts';
import { OPEN_METRICS_TYPE, openMetricsText, wantsOpenMetrics } from '../../core/telemetry/open-metrics.ts';
import type { AuditSink } from '../audit/sink.ts';
import type { PolicySource } from '../policy/source.ts';
import type { Probes } from '../probes/probes.ts';
import type { Metrics } from './metrics.ts';
import { answerRisk } from './answer-risk.ts';
import type { RiskView } from '../memory/history/risk-view.ts';
import type { Notice, Notices } from '../memory/notices.ts';
import { asksTls, type ClientTls } from '../tls/client-tls.ts';
import { MAX_WAITING_OPERATORS, WaitingConnections } from '../memory/waiting-connections.ts';

const CROWDED: Notice = {
  about: 'clients',
  sentence: `more than ${MAX_WAITING_OPERATORS} connections to the port for metrics and health are open on which nothing is asked; those that have waited longest are closed`,
};

/** What is shown of a gate to those who run it. */
interface ShownParts {
  readonly policy: PolicySource;
  readonly audit: AuditSink;
  readonly metrics: Metrics;
  readonly tls: ClientTls | undefined;
  readonly risk: RiskView;
  readonly notices: Notices;
  readonly log: Logger;
  readonly leaving: boolean;
  readonly awaitsServer: boolean;
  readonly draining: boolean;
  readonly failed: string | undefined;
}

export class AdminServer {
  readonly #gate: ShownParts;
  readonly #drain: (() => void) | undefined;
  readonly #probes: Probes | undefined;
  readonly #server: http.Server;

  /** `drain` begins the way out of a pod, `probes` are those of the pod; without them there are none. */
  constructor(gate: ShownParts, drain?: () => void, probes?: Probes) {
    this.#probes = probes;
    this.#gate = gate;
    this.#drain = drain;
    this.#server = http.createServer(
      fenced(
        async (request: http.IncomingMessage, response: http.ServerResponse) => this.#answer(request, response),
        (error, _request, response) => {
          gate.log.error({ err: error }, 'a request to the second port failed');
          answerFailed(response);
        },
      ),
    );
    const onCrowded = (): void => gate.notices.say('crowded-operators', CROWDED);
    new WaitingConnections(onCrowded, MAX_WAITING_OPERATORS).watch(this.#server);
  }

  listen(host: string | undefined, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        // Such as no file descriptor being left for another connection.
        this.#server.on('error', (error) => this.#gate.log.error({ err: error }, 'the second port has trouble'));
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    if (request.url === '/loglevel') return this.#answerLevel(request, response);
    request.resume();
    switch (request.url) {
      case '/metrics':
        return this.#answerMetrics(request, response);
      case '/healthz':
        send(response, 200, { alive: true });
        return;
      case '/readyz':
        this.#readiness(response);
        return;
      case '/risk':
        return this.#answerRisk(request, response);
      case '/drain':
        this.#answerDrain(request, response);
        return;
      default:
        if (await this.#answerProbe(request, response)) return;
        send(response, 404, { error: 'try /metrics, /healthz or /readyz' });
    }
  }

  /** Also on the way out: a server whose liveness fails meanwhile would be killed under its last calls. */
  async #answerProbe({ url = '', method, headers }: http.IncomingMessage, response: http.ServerResponse) {
    if (method !== 'GET' && method !== 'HEAD') return false;
    const answer = await this.#probes?.ask(url, headers['user-agent']);
    if (answer !== undefined) send(response, answer.status, { said: answer.said });
    return answer !== undefined;
  }

  /** Names of callers are nothing for every scraper. */
  async #answerRisk({ socket }: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    if (!isWithinPod(socket.remoteAddress))
      return send(response, 403, { error: 'only over loopback, as through kubectl port-forward' });
    return answerRisk(response, this.#gate.risk, this.#gate.policy.current()?.history);
  }

  /** Exemplars are in the newer form alone, which Prometheus asks for. */
  async #answerMetrics({ headers }: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { registry } = this.#gate.metrics;
    const isOpen = wantsOpenMetrics(headers.accept);
    const text = isOpen
      ? openMetricsText((await registry.getMetricsAsJSON()) as unknown as MetricFamily[])
      : await registry.metrics();
    response.writeHead(200, { 'content-type': isOpen ? OPEN_METRICS_TYPE : registry.contentType });
    response.end(text);
  }

  /** For this process, until it ends: a level that somebody forgot is gone with the pod. */
  async #answerLevel(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { log } = this.#gate;
    const text = await shortText(request.setEncoding('utf8'), MAX_LEVEL_BYTES);
    const isLocal = isWithinPod(request.socket.remoteAddress);
    const { status, body, set } = answerLevel(request.method ?? '', text, log.level, isLocal);
    if (set !== undefined) changeLevel(log, set);
    send(response, status, body);
  }

  /** For the pod's own hook. Whoever can reach this port from elsewhere must not be able to take the gate out of service. */
  #answerDrain(request: http.IncomingMessage, response: http.ServerResponse): void {
    if (this.#drain === undefined) return send(response, 404, { error: 'nothing to drain here; stop the process' });
    if (!isWithinPod(request.socket.remoteAddress)) {
      return send(response, 403, { error: 'only a process of this pod may do that, over loopback' });
    }
    if (request.method !== 'POST') return send(response, 405, { error: 'use POST' });
    this.#drain();
    send(response, 200, { draining: true });
  }

  /** Ready is: has a policy to decide by and a server to send calls to, can record, and is not on its way out. */
  #readiness(response: http.ServerResponse): void {
    const revision = this.#gate.policy.current()?.revision ?? null;
    const policyProblem = this.#gate.policy.problem;
    const audit = this.#gate.audit.state;
    const draining = this.#gate.draining || this.#gate.leaving;
    const { awaitsServer, failed } = this.#gate;
    const awaitsCertificate = this.#awaitsCertificate();
    const state = { revision, policyProblem, audit, draining, awaitsServer, awaitsCertificate, failed };
    const waits = draining || awaitsServer || awaitsCertificate !== undefined;
    const ready = revision !== null && audit === 'ok' && !waits && failed === undefined;
    send(response, ready ? 200 : 503, { ready, ...state });
  }

  /** Why nobody can come by TLS where the policy wants it so; undefined: all is well. */
  #awaitsCertificate(): string | undefined {
    if (!asksTls(this.#gate.policy.current()?.bundle)) return undefined;
    const { tls } = this.#gate;
    if (tls === undefined) return 'this gate has nobody to give it a certificate';
    const { pair, problem } = tls.certificate.state;
    return pair === undefined ? (problem ?? 'there is no certificate yet') : undefined;
  }
}

function send(response: http.ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}
