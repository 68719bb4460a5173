/** The official TypeScript client of the first generation. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport as Wire } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { versionOf } from '../versions.ts';
import { CAPABILITIES, ELICITED, INFO, ROOTS, SAMPLED, heardOf } from './answers.ts';
import { type Heard, type OfficialClient, TIMEOUT_MS, type Target, type Transport } from './shape.ts';

export function typescriptV1(transport: Transport): OfficialClient {
  return {
    name: `TypeScript v1 ${versionOf('sdk')}`,
    transport,
    over: typescriptV1,
    shakingHands: () => typescriptV1(transport),
    async connect(target) {
      const client = new Client(INFO, { capabilities: CAPABILITIES });
      const heard: Heard[] = [];
      client.setRequestHandler(CreateMessageRequestSchema, () => SAMPLED);
      client.setRequestHandler(ElicitRequestSchema, () => ELICITED);
      client.setRequestHandler(ListRootsRequestSchema, () => ROOTS);
      client.fallbackNotificationHandler = async (notification) => {
        heard.push(heardOf(notification));
        return Promise.resolve();
      };
      const wire = wireTo(transport, target);
      // This generation tells the negotiated revision to its transport alone.
      let revision: string | undefined;
      const tell = wire.setProtocolVersion?.bind(wire);
      wire.setProtocolVersion = (version) => {
        revision = version;
        tell?.(version);
      };
      const options = { timeout: TIMEOUT_MS };
      try {
        await client.connect(wire, options);
      } catch (error) {
        await client.close().catch(() => {});
        throw error;
      }
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
          client.callTool({ name, arguments: args }, undefined, {
            ...options,
            ...(onProgress === undefined ? {} : { onprogress: onProgress }),
            ...(signal === undefined ? {} : { signal }),
          }),
        prompt: (name, args) => client.getPrompt({ name, arguments: args }, options),
        read: (uri) => client.readResource({ uri }, options),
        complete: (name, argument, value) =>
          client.complete({ ref: { type: 'ref/prompt', name }, argument: { name: argument, value } }, options),
        subscribe: (uri) => client.subscribeResource({ uri }, options),
        setLevel: (level) => client.setLoggingLevel(level, options),
        heard: async () => Promise.resolve(heard),
        async close() {
          // As its documentation asks of those who end a session for good.
          if (wire instanceof StreamableHTTPClientTransport) await wire.terminateSession();
          await client.close();
        },
      };
    },
  };
}

function wireTo(transport: Transport, target: Target): Wire {
  if (typeof target !== 'string') {
    const { command, args, env } = target;
    return new StdioClientTransport({ command, args: [...args], env: { ...env }, stderr: 'ignore' });
  }
  return transport === 'HTTP+SSE'
    ? new SSEClientTransport(new URL(target))
    : new StreamableHTTPClientTransport(new URL(target));
}
