/** What it costs to know what came before: time and memory of calls of 10,000 callers, by what a pack counts. In the memory of one gate. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { API_VERSION } from '../core/api/common.ts';
import { mcpServerSchema } from '../core/api/mcp-server.ts';
import { type PolicyPackInput, policyPackSchema } from '../core/api/policy-pack.ts';
import { compile } from '../core/policy/compile.ts';
import type { HistoryEvent } from '../core/policy/history/rule.ts';
import { Policy } from '../core/policy/policy.ts';
import type { Principal } from '../core/policy/principal.ts';
import { SYSTEM_CLOCK } from '../sidecar/clock.ts';
import { type History, isLater, note } from '../sidecar/memory/history/history.ts';
import { LocalHistory } from '../sidecar/memory/history/local-history.ts';
import { Past } from '../sidecar/memory/history/past.ts';
import type { Row } from './results.ts';
import { round, spread } from './statistics.ts';

const PRINCIPALS = 10_000;
const TOOLS = 10;
const SECRET = Buffer.alloc(32);
const MAX_US = 10;
const MAX_MIB = 20;

type Spec = PolicyPackInput['spec'];

/** Each is a row; what is counted never stands in the way, so that every call goes all the way. */
const COUNTED: Readonly<Record<string, Spec>> = {
  rate: { limits: { rate: [{ calls: 1_000_000, window: '1m' }] } },
  // A fixed cost and one by arguments, in a window and in a period of the calendar.
  budgets: {
    limits: {
      budget: [
        { credits: 1_000_000_000, window: '24h', costs: [{ tools: ['*'], credits: 2, perKiB: 0.1 }] },
        { credits: 1_000_000_000, every: 'Day', costs: [{ tools: ['tool_*'], cost: 'size(tool.name) * 2' }] },
      ],
    },
  },
  limits: {
    limits: {
      rate: [{ per: ['principal', 'tool'], calls: 1_000_000, window: '1m' }],
      concurrent: [{ calls: 10_000 }],
      resultBytes: [{ bytes: '1024Gi', window: '1h' }],
      loops: [
        { identical: 1000, window: '5m' },
        { failing: 1000, window: '5m' },
      ],
    },
  },
};

function policyOf(spec: Spec): Policy {
  const metadata = { name: 'bench', namespace: 'default' };
  const server = mcpServerSchema.parse({
    ...{ apiVersion: API_VERSION, kind: 'MCPServer', metadata },
    spec: { remote: { url: 'http://127.0.0.1:1/mcp' } },
  });
  const pack = policyPackSchema.parse({ apiVersion: API_VERSION, kind: 'PolicyPack', metadata, spec });
  const { bundle, revision } = compile(server, [pack]);
  return new Policy(bundle, revision);
}

const CALLERS = Array.from({ length: PRINCIPALS }, (_, i): Principal => ({
  kind: 'token',
  name: `agent-${i}`,
  groups: ['agents'],
}));

/** From judging to its end, as the path of a call does it. */
function callOnce(policy: Policy, history: History, n: number): void {
  const now = SYSTEM_CLOCK.now();
  const event: HistoryEvent = {
    ...{ principal: CALLERS[n % PRINCIPALS] as Principal, session: undefined, server: 'default/bench' },
    ...{ target: { kind: 'tool', name: `tool_${n % TOOLS}`, args: undefined }, labels: [], labelsInShadow: [] },
    ...{
      args: undefined,
      argumentsHmac: String(n % (2 * PRINCIPALS)).padStart(64, '0'),
      secret: SECRET,
      verdict: undefined,
      now,
      id: `call-${n}`,
    },
  };
  const past = new Past(policy.history?.about(event) ?? []);
  const asked = history.apply(past.wanted(false), 'Ask');
  if (isLater(asked) || past.judge(asked, now).length > 0) throw new Error('a call was stopped');
  const taken = history.apply(past.wanted(false), 'Take');
  if (isLater(taken)) throw new Error('it is not at hand');
  past.take(taken);
  note(history, past.onAnswer({ ok: true, bytes: 300, result: undefined, now }));
  note(history, past.onEnd({ refused: false, reason: 'forwarded', now }));
}

/** Microseconds of processor time a call, all threads: it makes garbage. */
function timeOnce(policy: Policy, history: History, calls: number): number {
  const start = process.cpuUsage();
  for (let i = 0; i < calls; i++) callOnce(policy, history, i);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / calls;
}

export function measureHistory(rounds: number, calls: number, command: string): Row[] {
  return Object.entries(COUNTED).flatMap(([name, spec]) => {
    const policy = policyOf(spec);
    const before = heapBytes();
    const history = new LocalHistory(SYSTEM_CLOCK);
    timeOnce(policy, history, PRINCIPALS);
    const mib = (heapBytes() - before) / 2 ** 20;
    const { median, min, max } = spread(Array.from({ length: rounds }, () => timeOnce(policy, history, calls)));
    const at = (unit: string, value: number, most: number, what: string) => ({
      ...{ name: `history/${name}-${what}`, value: round(value, 1), unit, aim: { max: most }, command },
    });
    return [
      { result: at('µs', median, MAX_US, 'call'), note: `${round(min, 1)} to ${round(max, 1)}` },
      { result: at('MiB', mib, MAX_MIB, 'memory'), note: `of ${PRINCIPALS} callers` },
    ];
  });
}

function heapBytes(): number {
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}
