/** What it costs to decide on a call by all that packs can say: names, arguments by their types, and what texts hold. */
import { runInNewContext } from 'node:vm';
import { setFlagsFromString } from 'node:v8';
import { loadDocuments } from '../core/api/load.ts';
import { JsonView } from '../core/mcp/json-view.ts';
import type { JsonObject } from '../core/mcp/message.ts';
import { parseJson } from '../core/mcp/parse-json.ts';
import { compile } from '../core/policy/compile.ts';
import { decide } from '../core/policy/decide.ts';
import { Inspection } from '../core/policy/inspection.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Principal } from '../core/policy/principal.ts';
import { readBundle } from '../core/policy/read-bundle.ts';
import { PAYLOADS, type Payload } from './payloads.ts';
import type { Row } from './results.ts';
import { quantileOf, round, spread } from './statistics.ts';

const PRINCIPAL: Principal = { kind: 'token', name: 'office-agent', groups: ['agents'] };
const RULES = [10, 100, 1_000] as const;
/** Bytes of a result. */
const RESULT = 65_536;

/** What a pack says beside its rules for names. */
const DETECTORS = 'detectors: {use: Default}';
const SECRETS = `${DETECTORS}\n  dlp: [{detect: [secrets], effect: Deny}]`;
const ALL = `${DETECTORS}
  dlp:
    - {detect: [secrets, creditCard, iban, nationalId], effect: Deny}
    - {detect: [genericSecrets, email, phone], effect: Log}
    - {patterns: [{name: staff, pattern: 'EMP-[0-9]{6}'}], words: [{name: projects, words: [Blue Harvest, Acme Corp]}], effect: Deny}`;

interface Effort {
  /** Calls that are timed one by one. */
  readonly calls: number;
}

export function measurePlans({ calls }: Effort, command: string): Row[] {
  const [small, large] = [payloadOf(512), payloadOf(51_200)];
  const byCount = RULES.map((rules) => ({ rules, policy: policyOf(rules, ALL) }));
  const everything = byCount[0]?.policy as Policy;
  const times = byCount.map(({ policy }) => timesOf(policy, small, calls));
  const ratio = spread(times.at(-1) as number[]).median / spread(times[0] as number[]).median;
  return [
    p99('0.5kb-detectors', timesOf(policyOf(10, DETECTORS), small, calls), 50, command),
    p99('0.5kb-secrets', timesOf(policyOf(10, SECRETS), small, calls), 150, command),
    ...byCount.map(({ rules }, i) => p99(`0.5kb-${rules}-rules`, times[i] as number[], 250, command)),
    {
      result: { name: 'plan/1000-to-10', value: round(ratio, 2), unit: '×', aim: { max: 1.3 }, command },
      note: 'of the medians',
    },
    p99('5kb', timesOf(everything, payloadOf(5_120), calls), 1_000, command),
    p99('50kb', timesOf(everything, large, calls / 10), 5_000, command),
    p99('result-64kb', resultTimes(everything, calls / 10), 5_000, command),
    allocated('0.5kb-allocated', everything, small, 64, command),
    allocated('50kb-allocated', everything, large, 512, command),
  ];
}

function payloadOf(bytes: number): Payload {
  return PAYLOADS.find((payload) => payload.bytes === bytes && payload.shape === 'text') as Payload;
}

function policyOf(rules: number, content: string): Policy {
  const names = Array.from({ length: rules }, (_, i) => `{effect: Allow, names: [tool_${i}, 'area_${i}_*']}`);
  const text = `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: office, labels: {team: office}}
spec: {remote: {url: 'http://127.0.0.1:9/mcp'}}
---
apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: content}
spec:
  targets: {matchLabels: {team: office}}
  tools: [{effect: Allow, names: [write_file]}]
  ${content}
${packsOf(names)}`;
  const { documents, problems } = loadDocuments(text, 'plans.yaml');
  const server = documents.find((document) => document.kind === 'MCPServer')?.value;
  if (problems.length > 0 || server === undefined) throw new Error(JSON.stringify(problems));
  const packs = documents.flatMap(({ kind, value }) => (kind === 'PolicyPack' ? [value] : []));
  const read = readBundle(compile(server, packs).text);
  if ('problem' in read) throw new Error(read.problem);
  return read;
}

/** As many rules as a pack may have, and more packs for the others. */
function packsOf(rules: readonly string[]): string {
  const packs: string[] = [];
  for (let i = 0; i < rules.length; i += 100) {
    packs.push(`---
apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: names-${i}}
spec:
  targets: {matchLabels: {team: office}}
  tools: [${rules.slice(i, i + 100).join(', ')}]
`);
  }
  return packs.join('');
}

/** What the steps of the gate do with it, without what is sent or written down. */
function decideOn(policy: Policy, body: Buffer): void {
  const span = JsonView.of(body)?.view('params')?.span('arguments');
  if (span === undefined) throw new Error('the call has no arguments');
  const args = parseJson(body.toString('utf8', span.start, span.end)) as JsonObject;
  const inspection = new Inspection(performanceClock);
  const verdict = decide(policy, {
    principal: PRINCIPAL,
    targets: [{ kind: 'tool', name: 'write_file', args }],
    inspection,
  });
  const found = policy.content('arguments').of('write_file')?.judge(body, span);
  // Also keeps it from being optimised away.
  if (verdict.effect !== 'Allow' || found !== undefined) throw new Error('an ordinary call is not allowed');
}

const performanceClock = { monotonic: () => performance.now() };

/** Microseconds of each of so many calls. */
function timesOf(policy: Policy, { body }: Payload, calls: number): number[] {
  const bytes = Buffer.from(body);
  return timed(calls, () => decideOn(policy, bytes));
}

/** A result is prose with a few lines of code and of a log, as tools give it. */
function resultTimes(policy: Policy, calls: number): number[] {
  const { body } = payloadOf(51_200);
  const lines = [
    '2026-11-30T03:15:48.123Z INFO [main] request id=8f14e45f-ceea-467f took 123 ms',
    'const key = map.get(name);',
  ];
  const text = `${lines.join('\n')}\n${body}`.repeat(2).slice(0, RESULT);
  const bytes = Buffer.from(JSON.stringify({ result: { content: [{ type: 'text', text }] } }));
  return timed(calls, () => {
    const found = policy.content('results').of(undefined)?.judge(bytes, { start: 0, end: bytes.length });
    if (found !== undefined) throw new Error('something is found in an ordinary result');
  });
}

function timed(calls: number, act: () => void): number[] {
  // Until the engine has compiled what it will.
  for (let i = 0; i < calls; i++) act();
  return Array.from({ length: calls }, () => {
    const begun = process.hrtime.bigint();
    act();
    return Number(process.hrtime.bigint() - begun) / 1_000;
  });
}

function p99(name: string, times: readonly number[], max: number, command: string): Row {
  const { median } = spread(times);
  return {
    result: { name: `plan/${name}`, value: round(quantileOf(times, 0.99), 0), unit: 'µs', aim: { max }, command },
    note: `the median is ${round(median, 0)}`,
  };
}

const CALLS_BETWEEN = 20;

/** Kilobytes of heap for a call: what it grows by while nothing is collected. */
function allocated(name: string, policy: Policy, { body }: Payload, max: number, command: string): Row {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const buffer = Buffer.from(body);
  const grown = Array.from({ length: 9 }, () => {
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < CALLS_BETWEEN; i++) decideOn(policy, buffer);
    return (process.memoryUsage().heapUsed - before) / CALLS_BETWEEN / 1024;
  });
  const { median, min: least, max: most } = spread(grown);
  return {
    result: {
      name: `plan/${name}`,
      value: round(median, 1),
      unit: 'KB',
      aim: { max },
      command,
    },
    note: `${round(least, 1)} to ${round(most, 1)} of heap`,
  };
}
