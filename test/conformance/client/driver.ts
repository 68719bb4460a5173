/** The official SDK client, doing all that a server offers: what a scenario looks at is always among it. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Client,
  type FetchLike,
  StreamableHTTPClientTransport,
  type Tool,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import { credentialsFor } from './credentials.ts';
import type { Task } from './task.ts';
import { ConsentingUser } from './user.ts';

/** More often than this nobody agrees to the same thing again. */
const MAX_AUTHORIZATIONS = 2;
const MODERN = '2026-07-28';
/** Not every server answers the handshake so that the SDK asks for a stream. */
const MAX_LISTENING_MS = 2000;

/** `reach`: how the URL is fetched; default: as it says. */
export async function drive(task: Task, reach: FetchLike = fetch): Promise<void> {
  const user = credentialsFor(task);
  const listening = Promise.withResolvers<void>();
  const noticing: FetchLike = async (url, init) => {
    const response = await reach(url, init);
    if (new Headers(init?.headers).get('accept') === 'text/event-stream') listening.resolve();
    return response;
  };
  const connection = (): { client: Client; transport: StreamableHTTPClientTransport } => ({
    client: newClient(task.spec),
    transport: new StreamableHTTPClientTransport(new URL(task.url), {
      authProvider: user,
      fetch: noticing,
    }),
  });
  let { client, transport } = connection();
  let authorizations = 0;
  /** Tries again once the user has agreed to what was missing. */
  const authorized = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        const callback = user instanceof ConsentingUser ? user.takeCallback() : undefined;
        if (!UnauthorizedError.isInstance(error) || callback === undefined) throw error;
        if (++authorizations > MAX_AUTHORIZATIONS) throw error;
        await transport.finishAuth(callback);
      }
    }
  };
  await authorized(async () => {
    // A client that could not connect is not connected a second time.
    ({ client, transport } = connection());
    await client.connect(transport);
  });
  // The SDK asks for the stream of the session without waiting for it; scenarios take it for another one when a call overtakes it.
  if (task.spec !== MODERN) await Promise.race([listening.promise, sleep(MAX_LISTENING_MS)]);
  await useAll(client, task, authorized);
  await client.close();
}

function newClient(spec: string): Client {
  const client = new Client(
    { name: 'conformance-client', version: '1.0.0' },
    {
      capabilities: { sampling: {}, roots: {}, elicitation: { form: { applyDefaults: true } } },
      versionNegotiation: { mode: spec === MODERN ? { pin: MODERN } : 'legacy' },
    },
  );
  client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: {} }));
  client.setRequestHandler('sampling/createMessage', () => ({
    role: 'assistant',
    content: { type: 'text', text: 'Paris' },
    model: 'conformance',
  }));
  client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///data' }] }));
  return client;
}

type Authorized = <T>(work: () => Promise<T>) => Promise<T>;

async function useAll(client: Client, task: Task, authorized: Authorized): Promise<void> {
  const { tools } = await authorized(() => client.listTools());
  for (const call of callsOf(tools, task)) await authorized(() => client.callTool(call));
  const { resources, prompts } = client.getServerCapabilities() ?? {};
  if (resources !== undefined) {
    const [first] = (await client.listResources()).resources;
    if (first !== undefined) await client.readResource({ uri: first.uri });
  }
  if (prompts !== undefined) {
    const [first] = (await client.listPrompts()).prompts;
    if (first !== undefined) await client.getPrompt({ name: first.name });
  }
}

interface Call {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
}

/** The calls the scenario asks for, else one of each tool. */
function callsOf(tools: readonly Tool[], { context }: Task): readonly Call[] {
  const { toolCalls } = context as { readonly toolCalls?: readonly Call[] };
  return toolCalls ?? tools.map((tool) => ({ name: tool.name, arguments: argumentsFor(tool, tools) }));
}

/** What is required gets the simplest value of its type; a parameter called `schema` wants that of the other tool back. */
function argumentsFor({ name, inputSchema }: Tool, tools: readonly Tool[]): Record<string, unknown> {
  const { properties = {}, required = [] } = inputSchema;
  const values = required.map((key): [string, unknown] => {
    if (key === 'schema') return [key, tools.find((tool) => tool.name !== name)?.inputSchema];
    const { type } = properties[key] as { type?: string };
    return [key, type === undefined ? 'x' : SIMPLEST[type]];
  });
  return Object.fromEntries(values);
}

const SIMPLEST: Readonly<Record<string, unknown>> = {
  string: 'x',
  number: 1,
  integer: 1,
  boolean: true,
  object: {},
  array: [],
};
