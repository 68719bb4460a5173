/** The official Python clients, of both generations. */
import { randomUUID } from 'node:crypto';
import type { PythonDriver } from './python-driver.ts';
import type { Heard, Json, OfficialClient, Session, Transport } from './shape.ts';

const WIRES = { 'Streamable HTTP': 'http', 'HTTP+SSE': 'sse', stdio: 'stdio' } as const;

interface Hello {
  readonly revision: string;
  readonly server: unknown;
  readonly capabilities: Json;
  readonly instructions: string | null;
}

/** `mode`: how the second generation finds a revision; the first knows one way. */
export function pythonClient(
  name: string,
  driver: () => PythonDriver,
  mode: 'legacy' | 'auto',
  transport: Transport,
): OfficialClient {
  return {
    name,
    transport,
    over: (other) => pythonClient(name, driver, mode, other),
    shakingHands: () => pythonClient(name.replace(mode, 'legacy'), driver, 'legacy', transport),
    async connect(target): Promise<Session> {
      const session = randomUUID();
      const ask = async (op: string, ...args: readonly unknown[]): Promise<unknown> =>
        driver().ask({ op, session, args });
      const hello = await driver().ask({ op: 'connect', session, target, transport: WIRES[transport], mode });
      const { revision, server, capabilities, instructions } = hello as Hello;
      return {
        revision,
        server,
        capabilities,
        instructions: instructions ?? undefined,
        tools: async () => ask('tools'),
        prompts: async () => ask('prompts'),
        resources: async () => ask('resources'),
        templates: async () => ask('templates'),
        call: async (tool, args, { onProgress, signal } = {}) =>
          driver().ask({ op: 'call', session, name: tool, args }, onProgress, signal),
        prompt: async (prompt, args) => ask('prompt', prompt, args),
        read: async (uri) => ask('read', uri),
        complete: async (...args) => ask('complete', ...args),
        subscribe: async (uri) => ask('subscribe', uri),
        setLevel: async (level) => ask('set_level', level),
        heard: async () => (await ask('heard')) as readonly Heard[],
        close: async () => void (await ask('close')),
      };
    },
  };
}
