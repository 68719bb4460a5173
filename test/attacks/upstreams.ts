/** The servers that are attacked through the gate: the official SDKs of two languages and mcp-go, each telling what it executes. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { type HttpReference, startHttpReferences } from '../fuzz/servers/http-references.ts';
import type { Execution } from '../fuzz/servers/reference.ts';
import { findPython, pythonWith } from '../support/python.ts';

export interface Upstream {
  readonly name: string;
  readonly url: string;
  /** What it executed since the last time this was asked. */
  take(): readonly Execution[];
  close(): Promise<void>;
}

const SERVER = join(import.meta.dirname, 'python', 'server.py');
const REQUIREMENTS = join(import.meta.dirname, '..', 'compatibility', 'python', 'sdk-1.txt');

export async function startUpstreams(): Promise<Upstream[]> {
  const say = (line: string): void => console.warn(line);
  const [references, python] = await Promise.all([startHttpReferences(say), startPython()]);
  return [...references.map(fromReference), ...(python === undefined ? [] : [python])];
}

function fromReference(reference: HttpReference): Upstream {
  const { name, url } = reference;
  return { name, url, take: () => reference.take().executed, close: () => reference.close() };
}

async function startPython(): Promise<Upstream | undefined> {
  const version = findPython('the server on the Python SDK');
  if (version === undefined) return undefined;
  const python = await pythonWith(REQUIREMENTS, version);
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(python, [SERVER], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout);
  const [first] = (await once(lines, 'line')) as [string];
  const { port } = JSON.parse(first) as { port: number };
  const executed: Execution[] = [];
  lines.on('line', (line) => executed.push(JSON.parse(line) as Execution));
  return {
    name: 'python-sdk',
    url: `http://127.0.0.1:${port}/mcp`,
    take: () => executed.splice(0),
    async close() {
      const closed = once(child, 'close');
      child.stdin.end();
      await closed;
    },
  };
}
