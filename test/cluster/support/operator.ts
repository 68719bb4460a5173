/** The operator in the process of the test, against a real API server; its parts are those of operator/main.ts. */
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { type OperatorConfig, parseConfig } from '../../../operator/config.ts';
import { ApiClient } from '../../../operator/kit/api-client.ts';
import { ControllerMetrics } from '../../../operator/kit/metrics.ts';
import { FIELD_MANAGER } from '../../../operator/names.ts';
import { createOperator } from '../../../operator/operator.ts';
import { freePort } from '../../support/ports.ts';

export interface TestOperator {
  readonly config: OperatorConfig;
  /** With the rights of the operator: all of them, unless another kubeconfig was given. */
  readonly client: ApiClient;
  /** Lines of its log, as JSON. */
  readonly log: string[];
  /** False once a part of it failed, or it was stopped. */
  readonly isRunning: boolean;
  metrics(): Promise<string>;
  readyz(): Promise<{ ready: boolean; waitingFor: string[] }>;
  /** Rejects when a part of it failed. */
  stop(): Promise<void>;
}

/** `overrides` are fields of its configuration. */
export async function startOperator(
  kubeconfig: string,
  namespace: string,
  overrides: object = {},
): Promise<TestOperator> {
  const ports = { webhook: await freePort(), sidecars: await freePort(), metrics: await freePort() };
  const config = parseConfig(
    JSON.stringify({
      namespace,
      serviceName: 'sallyport-operator',
      ports,
      webhooks: { mutating: 'sallyport-injector', validating: 'sallyport-validator' },
      leaderElection: false,
      logLevel: 'debug',
      sidecar: { image: 'sallyport-sidecar:test' },
      ...overrides,
    }),
    'operator.yaml',
  );
  const lines: string[] = [];
  const log = pino({ level: config.logLevel }, { write: (line: string) => void lines.push(line) });
  const registry = new Registry();
  const metrics = new ControllerMetrics(registry);
  const client = await ApiClient.fromKubeConfig({ fieldManager: FIELD_MANAGER, kubeconfig, metrics, log });
  const stop = new AbortController();
  // No Service leads here, so nobody has to be led elsewhere first.
  const operator = createOperator({ config, client, metrics, log, identity: randomUUID(), leaveMs: 0 });
  const ended = operator.run(stop.signal);
  let isRunning = true;
  const onEnd = (): void => void (isRunning = false);
  ended.then(onEnd, onEnd); // stop() tells why
  return {
    config,
    client,
    log: lines,
    get isRunning() {
      return isRunning;
    },
    metrics: () => registry.metrics(),
    async readyz() {
      const response = await fetch(`http://127.0.0.1:${config.ports.metrics}/readyz`);
      return (await response.json()) as { ready: boolean; waitingFor: string[] };
    },
    async stop() {
      stop.abort();
      await ended;
      await client.close();
    },
  };
}
