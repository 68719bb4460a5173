/** The official TypeScript client of the second generation, in each of its ways to find a revision. */
import { Client, SSEClientTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { Negotiation } from '../../support/clients.ts';
import { MODERN } from '../../support/messages.ts';
import { versionOf } from '../versions.ts';
import { CAPABILITIES, ELICITED, INFO, ROOTS, SAMPLED, heardOf } from './answers.ts';
import { type Heard, type OfficialClient, TIMEOUT_MS, type Target, type Transport } from './shape.ts';

export function typescriptV2(negotiation: Negotiation, transport: Transport): OfficialClient {
  const mode = negotiation === 'modern' ? { pin: MODERN } : negotiation;
  return {
    name: `TypeScript v2 ${versionOf('client')}, ${negotiation === 'modern' ? 'pinned to 2026-07-28' : negotiation}`,
    transport,
    over: (other) => typescriptV2(negotiation, other),
    shakingHands: () => (negotiation === 'modern' ? undefined : typescriptV2('legacy', transport)),
    async connect(target) {
      const client = new Client(INFO, { capabilities: CAPABILITIES, versionNegotiation: { mode } });
      const heard: Heard[] = [];
      client.setRequestHandler('sampling/createMessage', () => SAMPLED);
      client.setRequestHandler('elicitation/create', () => ELICITED);
      client.setRequestHandler('roots/list', () => ROOTS);
      client.fallbackNotificationHandler = async (notification) => {
        heard.push(heardOf(notification));
        return Promise.resolve();
      };
      const wire = wireTo(transport, target);
      const options = { timeout: TIMEOUT_MS };
      try {
        await client.connect(wire, options);
      } catch (error) {
        await client.close().catch(() => {});
        throw error;
      }
      const revision = client.getNegotiatedProtocolVersion();
      const modern = revision === MODERN;
      // Since 2026-07-28 each request says what it wants to hear.
      const wants = modern ? { _meta: { 'io.modelcontextprotocol/logLevel': 'info' as const } } : {};
      return {
        revision,
        server: client.getServerVersion(),
        capabilities: client.getServerCapabilities() ?? {},
        instructions: client.getInstructions(),
        tools: () => client.listTools({}, options),
        prompts: () => client.listPrompts({}, options),
        resources: () => client.listResources({}, options),
        templates: () => client.listResourceTemplates({}, options),
        call: (name, args, { onProgress, signal } = {}) =>
          client.callTool(
            { name, arguments: args, ...wants },
            {
              ...options,
              ...(onProgress === undefined ? {} : { onprogress: onProgress }),
              ...(signal === undefined ? {} : { signal }),
            },
          ),
        prompt: (name, args) => client.getPrompt({ name, arguments: args }, options),
        read: (uri) => client.readResource({ uri }, options),
        complete: (name, argument, value) =>
          client.complete({ ref: { type: 'ref/prompt', name }, argument: { name: argument, value } }, options),
        async subscribe(uri) {
          if (!modern) return client.subscribeResource({ uri }, options);
          await client.listen({ resourceSubscriptions: [uri] }, options);
          return {};
        },
        setLevel: async (level) => (modern ? {} : client.setLoggingLevel(level, options)),
        heard: async () => Promise.resolve(heard),
        async close() {
          if (wire instanceof StreamableHTTPClientTransport) await wire.terminateSession();
          await client.close();
        },
      };
    },
  };
}

function wireTo(
  transport: Transport,
  target: Target,
): StdioClientTransport | SSEClientTransport | StreamableHTTPClientTransport {
  if (typeof target !== 'string') {
    const { command, args, env } = target;
    return new StdioClientTransport({ command, args: [...args], env: { ...env }, stderr: 'ignore' });
  }
  return transport === 'HTTP+SSE'
    ? new SSEClientTransport(new URL(target))
    : new StreamableHTTPClientTransport(new URL(target));
}
