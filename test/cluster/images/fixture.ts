/**
 * The fixture server as a container: it prints each HTTP request that reached it as a line of JSON, so that `kubectl logs`
 * proves what the gate let through. PORT and HOST as usual.
 */
import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { registerCustomers } from '../../support/customers-surface.ts';
import { registerDrifting } from '../../support/drifting-surface.ts';
import { startFixture } from '../../support/fixture-server.ts';

const { PORT = '3001', HOST = '0.0.0.0' } = process.env;

/** The same in every session: what is said of a tool changes for all. */
const drift = { description: 'Adds two numbers.', ran: [] };

/** Of the last request, as a server sees them that says too much. */
let seen: object = {};

function registerTelling(server: McpServer): void {
  server.registerTool('headers', { inputSchema: z.object({}) }, () => ({
    content: [{ type: 'text', text: JSON.stringify(seen) }],
  }));
}

/** For what is under way; whoever only listens to a stream is not waited for any longer. */
const DRAIN_MS = 2_000;

const fixture = await startFixture(Number(PORT), {
  host: HOST,
  onServer: (made) => {
    registerDrifting(made, drift);
    registerTelling(made);
    registerCustomers(made);
  },
  onRequest: ({ method, headers, body }) => {
    seen = headers;
    console.log(JSON.stringify({ method, headers, body }));
  },
});
console.log(JSON.stringify({ listening: `${HOST}:${PORT}` }));

// As process 1 of a container it is not ended by a signal that it does not handle. It finishes what it was asked, as a server should.
process.on('SIGTERM', () => {
  void fixture.drain(DRAIN_MS).then(() => process.exit(0));
});
