/** What came before as the gates of a server have it together: in this one's own memory, and in the store that the policy names, if it does. */
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Clock } from '../../core/clock.ts';
import type { BundleValkey } from '../../core/policy/settings/state.ts';
import type { Password } from '../memory/history/shared/connection.ts';
import { SharedHistory, type SharedParts } from '../memory/history/shared/shared-history.ts';
import type { PolicySource } from '../policy/source.ts';
import { SYSTEM_CLOCK } from '../clock.ts';
import type { SidecarConfig } from '../config.ts';
import { StateMetrics } from '../telemetry/state-metrics.ts';
import type { OperatorLink } from './operator-link.ts';
import { replicasIn } from './replica-file.ts';
import { readOwnFile } from '../upstream/credentials/read-own-file.ts';
import { NO_SECRETS, type SecretStore } from '../upstream/credentials/store.ts';

interface HistoryParts {
  readonly policy: PolicySource;
  readonly secrets: SecretStore | undefined;
  readonly local: SharedParts['local'];
  readonly replicas: SharedParts['replicas'];
  readonly registry: Registry;
  readonly server: () => string;
  readonly clock: Clock;
  readonly onState: SharedParts['events']['onState'];
}

/** Of the gate of a pod. */
export function shareInPod(
  { server, bundleDirectory, operator: address }: Pick<SidecarConfig, 'server' | 'bundleDirectory' | 'operator'>,
  parts: Pick<HistoryParts, 'policy' | 'secrets' | 'local' | 'registry'> & {
    readonly log: Pick<Logger, 'info' | 'warn'>;
    readonly operator: Pick<OperatorLink, 'storeHeard'> | undefined;
  },
): SharedHistory {
  const { policy, secrets, local, registry, log, operator } = parts;
  return shareHistory({
    ...{ policy, secrets, local, registry, clock: SYSTEM_CLOCK },
    server: () => server,
    // Without an operator nobody writes how many there are, and none was made by it.
    replicas: () => replicasIn(bundleDirectory) ?? (address === undefined ? 1 : undefined),
    onState(state) {
      operator?.storeHeard(state && { problem: state.problem ?? null });
      if (state === undefined) return;
      const { problem } = state;
      if (problem === undefined) log.info('this gate counts in the store that it shares with others');
      else log.warn({ problem }, 'the store that gates share is away; it is tried again');
    },
  });
}

export function shareHistory(parts: HistoryParts): SharedHistory {
  const { policy, secrets = NO_SECRETS, local, replicas, registry, server, clock, onState } = parts;
  let metrics: StateMetrics | undefined;
  // A policy with other rules is no other store.
  let [read, last] = [undefined as BundleValkey | undefined, undefined as BundleValkey | undefined];
  const said = (): BundleValkey | undefined => {
    const now = policy.current()?.bundle.server.state?.valkey;
    if (now === read) return last;
    read = now;
    if (JSON.stringify(now) !== JSON.stringify(last)) last = now;
    return last;
  };
  return new SharedHistory({
    ...{ local, replicas, said, clock },
    scope: () => policy.current()?.bundle.server ?? { namespace: '', name: '' },
    password: () => passwordOf(said()?.password ?? null, secrets),
    events: {
      onState(state) {
        if (state !== undefined) metrics ??= new StateMetrics(registry, server);
        metrics?.connected(state !== undefined && state.problem === undefined);
        onState(state);
      },
      answered: (ms) => metrics?.answered(ms),
      failed: (reason) => metrics?.failed(reason),
      fellBack: (to) => metrics?.fellBack(to),
    },
  });
}

/** The line break that editors and `echo` put at the end is no part of it. */
function passwordOf(from: BundleValkey['password'], secrets: SecretStore): Password {
  if (from === null) return undefined;
  const read = 'file' in from ? readOwnFile(from.file) : secrets.read(from.secret, from.key);
  if ('problem' in read)
    return { problem: `in ${'file' in from ? from.file : `key ${from.key} of Secret ${from.secret}`} ${read.problem}` };
  const text = read.text.replace(/\r?\n$/, '');
  return text === '' ? { problem: 'is empty; write it into its Secret or file' } : { text };
}
