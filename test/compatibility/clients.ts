/** The official clients over each transport they speak, brought to one shape, so that every one of them can do the same. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Client as ClientV2,
  SSEClientTransport as SseV2,
  StreamableHTTPClientTransport as HttpV2,
} from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport as SseV1 } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport as TransportV1 } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Negotiation } from '../support/clients.ts';
import { MODERN } from '../support/messages.ts';

export const TRANSPORTS = ['Streamable HTTP', 'HTTP+SSE', 'stdio'] as const;
export type Transport = (typeof TRANSPORTS)[number];

export interface StdioTarget {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A URL, or arguments of Node. */
export type Target = string | StdioTarget;

type Json = Readonly<Record<string, unknown>>;
type OnProgress = (progress: Progress) => void;

export interface Progress {
  readonly progress: number;
  readonly total?: number | undefined;
}

/** What both generations can do, under one name each. */
export interface Session {
  readonly revision: string | undefined;
  readonly server: unknown;
  readonly capabilities: Json;
  readonly instructions: string | undefined;
  tools(): Promise<unknown>;
  prompts(): Promise<unknown>;
  resources(): Promise<unknown>;
  templates(): Promise<unknown>;
  call(name: string, args: Json, onProgress?: OnProgress): Promise<unknown>;
  prompt(name: string): Promise<unknown>;
  read(uri: string): Promise<unknown>;
  close(): Promise<void>;
}

export interface OfficialClient {
  readonly name: string;
  readonly transport: Transport;
  /** The same client over another transport, to compare with where there is no way without a gate. */
  readonly over: (transport: Transport) => OfficialClient;
  connect(target: Target): Promise<Session>;
}

const INFO = { name: 'compatibility', version: '1.0.0' };
const MODULES = join(import.meta.dirname, '..', '..', 'node_modules', '@modelcontextprotocol');

export function versionOf(name: string): string {
  const { version } = JSON.parse(readFileSync(join(MODULES, name, 'package.json'), 'utf8')) as { version: string };
  return version;
}

export const CLIENTS: readonly OfficialClient[] = [
  ...TRANSPORTS.map(firstGeneration),
  ...(['legacy', 'auto', 'modern'] as const).flatMap((negotiation) =>
    TRANSPORTS.map((transport) => secondGeneration(negotiation, transport)),
  ),
];

function firstGeneration(transport: Transport): OfficialClient {
  return {
    name: `v1 ${versionOf('sdk')}`,
    transport,
    over: firstGeneration,
    async connect(target) {
      const client = new ClientV1(INFO);
      const wire = wireV1(transport, target);
      // This generation tells the negotiated revision to its transport alone.
      let revision: string | undefined;
      const tell = wire.setProtocolVersion?.bind(wire);
      wire.setProtocolVersion = (version) => {
        revision = version;
        tell?.(version);
      };
      await connectOrClose(client, () => client.connect(wire));
      return {
        revision,
        server: client.getServerVersion(),
        capabilities: client.getServerCapabilities() ?? {},
        instructions: client.getInstructions(),
        tools: () => client.listTools(),
        prompts: () => client.listPrompts(),
        resources: () => client.listResources(),
        templates: () => client.listResourceTemplates(),
        call: (name, args, onprogress) =>
          client.callTool({ name, arguments: args }, undefined, onprogress === undefined ? {} : { onprogress }),
        prompt: (name) => client.getPrompt({ name }),
        read: (uri) => client.readResource({ uri }),
        close: () => client.close(),
      };
    },
  };
}

function secondGeneration(negotiation: Negotiation, transport: Transport): OfficialClient {
  const mode = negotiation === 'modern' ? { pin: MODERN } : negotiation;
  return {
    name: `v2 ${versionOf('client')}, ${negotiation === 'modern' ? 'pinned to 2026-07-28' : negotiation}`,
    transport,
    over: (other) => secondGeneration(negotiation, other),
    async connect(target) {
      const client = new ClientV2(INFO, { versionNegotiation: { mode } });
      await connectOrClose(client, () => client.connect(wireV2(transport, target)));
      return {
        revision: client.getNegotiatedProtocolVersion(),
        server: client.getServerVersion(),
        capabilities: client.getServerCapabilities() ?? {},
        instructions: client.getInstructions(),
        tools: () => client.listTools(),
        prompts: () => client.listPrompts(),
        resources: () => client.listResources(),
        templates: () => client.listResourceTemplates(),
        call: (name, args, onprogress) =>
          client.callTool({ name, arguments: args }, onprogress === undefined ? {} : { onprogress }),
        prompt: (name) => client.getPrompt({ name }),
        read: (uri) => client.readResource({ uri }),
        close: () => client.close(),
      };
    },
  };
}

async function connectOrClose(client: { close(): Promise<void> }, connect: () => Promise<void>): Promise<void> {
  try {
    await connect();
  } catch (error) {
    await client.close().catch(() => {});
    throw error;
  }
}

function wireV1(transport: Transport, target: Target): TransportV1 {
  if (typeof target !== 'string') return new StdioV1(processOf(target));
  return transport === 'HTTP+SSE' ? new SseV1(new URL(target)) : new HttpV1(new URL(target));
}

function wireV2(transport: Transport, target: Target): StdioV2 | SseV2 | HttpV2 {
  if (typeof target !== 'string') return new StdioV2(processOf(target));
  return transport === 'HTTP+SSE' ? new SseV2(new URL(target)) : new HttpV2(new URL(target));
}

function processOf({ args, env }: StdioTarget) {
  return { command: process.execPath, args: [...args], env: { ...env }, stderr: 'ignore' as const };
}
