/** What it costs that any replica answers: the same session, asked for at its own gate and at another one, which passes it on. */
import { randomBytes } from 'node:crypto';
import { Client } from 'undici';
import { OperatorDouble } from '../sidecar/testing/operator-double.ts';
import { freePorts, startChild, stopChild } from './children.ts';
import { type GateFiles, TOKEN, gateEnvironment, untilReady } from './gate.ts';
import { INITIALIZE, headersOf } from './mcp-headers.ts';
import { PAYLOADS } from './payloads.ts';
import type { Row } from './results.ts';
import { quantileOf, round } from './statistics.ts';
import { startUpstream } from './ways.ts';

const WARM_UP = 500;

/** By turns, one call after the other, in one run: a busy machine shows in both. */
export async function measureHop(files: GateFiles, requests: number, command: string): Promise<Row[]> {
  const operator = await OperatorDouble.start();
  operator.handleKeys = { handleKey: randomBytes(32).toString('base64url') };
  const [upstreamPort = 0, ...ports] = await freePorts(5);
  const upstream = await startUpstream(upstreamPort);
  const children = [];
  const gates = [];
  for (const [port = 0, adminPort = 0] of [ports.slice(0, 2), ports.slice(2)]) {
    const env = { ...files.env, ...gateEnvironment(upstreamPort, { port, adminPort }), ...operator.env };
    const more = { SALLYPORT_POD_IP: '127.0.0.1', SALLYPORT_HOP_PORT: '0' };
    children.push(startChild({ script: files.script, flags: files.flags, env: { ...env, ...more } }));
    await untilReady(adminPort);
    gates.push(new Client(`http://127.0.0.1:${port}`));
  }
  const [own, other] = gates as [Client, Client];
  const opened = await post(own, INITIALIZE);
  const times: [number[], number[]] = [[], []];
  for (let i = 0; i < WARM_UP + requests; i++) {
    for (const [which, gate] of [own, other].entries()) {
      const { ms } = await post(gate, PAYLOADS[0]?.body ?? '', opened.session);
      if (i >= WARM_UP) times[which]?.push(ms);
    }
  }
  await Promise.all(gates.map((gate) => gate.close()));
  for (const child of [...children, upstream]) await stopChild(child);
  await operator.close();
  return [0.5, 0.99].map((quantile) => {
    const [direct, hopped] = times.map((all) => quantileOf(all, quantile)) as [number, number];
    const name = `hop/added-p${quantile * 100}`;
    const aim = { max: quantile === 0.5 ? 1 : 5 };
    const note = `${round(direct, 2)} ms at its own gate, ${round(hopped / direct, 2)} × at the other`;
    return { result: { name, value: round(hopped - direct, 2), unit: 'ms', aim, command }, note };
  });
}

async function post(gate: Client, body: string, session?: string): Promise<{ ms: number; session: string }> {
  const began = performance.now();
  const answer = await gate.request({ method: 'POST', path: '/mcp', headers: headersOf(TOKEN, session), body });
  await answer.body.text();
  const ms = performance.now() - began;
  if (answer.statusCode !== 200) throw new Error(`a call of the benchmark failed: HTTP ${answer.statusCode}`);
  return { ms, session: String(answer.headers['mcp-session-id'] ?? session) };
}
