/** How long the injection webhook takes, as the API server sees it: one kept connection over TLS on loopback. */
import { mcpServerSchema } from '../../../../core/api/mcp-server.ts';
import { pino } from 'pino';
import { injectHandler } from '../../../../operator/admission/inject-handler.ts';
import { reviewOf, startAdmission } from '../../../../operator/admission/testing/running-server.ts';
import { SETTINGS } from '../../../../operator/injection/testing/read-case.ts';
import { LABEL } from '../../../../operator/names.ts';
import { pod } from './bench.ts';

export interface InjectionLatency {
  readonly requests: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface MeasureOptions {
  readonly requests?: number;
  /** MCPServers that the webhook has to choose from. */
  readonly servers?: number;
}

export async function measureInjection({
  requests = 1000,
  servers = 10,
}: MeasureOptions = {}): Promise<InjectionLatency> {
  const candidates = Array.from({ length: servers }, (_, i) =>
    mcpServerSchema.parse({
      apiVersion: 'sallyport.dev/v1alpha1',
      kind: 'MCPServer',
      metadata: { name: `server-${i}`, namespace: 'finance' },
      spec: { workload: { selector: { matchLabels: { app: i === 0 ? 'ledger' : `other-${i}` } }, port: 'mcp' } },
    }),
  );
  const handler = injectHandler({
    settings: SETTINGS,
    servers: () => candidates,
    namespaceLabels: () => ({ [LABEL.injection]: 'enabled' }),
    log: pino({ level: 'silent' }),
  });
  const webhook = await startAdmission(new Map([['/inject', handler]]));
  try {
    const review = reviewOf({ object: pod() });
    const times: number[] = [];
    // The first ones compile the code and make the connection; the API server keeps both as well.
    for (let i = -Math.ceil(requests / 10); i < requests; i += 1) {
      const began = performance.now();
      const { text } = await webhook.post('/inject', review);
      if (i >= 0) times.push(performance.now() - began);
      if (!text.includes('"patch"')) throw new Error(`not injected: ${text}`);
    }
    times.sort((a, b) => a - b);
    const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
    return { requests, p50Ms: at(0.5), p99Ms: at(0.99) };
  } finally {
    await webhook.close();
  }
}
