/** What the suite tells the client that it starts: the URL as the last argument, the rest in variables of the environment. */

export interface Task {
  readonly url: string;
  readonly scenario: string;
  readonly spec: string;
  /** Credentials, and the calls to make (`toolCalls`), where a scenario has any. */
  readonly context: Readonly<Record<string, string | undefined>>;
}

/** The suite ends the shell that it started a client with, and then waits for the client itself for ever. */
const LIMIT_MS = 45_000;

export function readTask(): Task {
  setTimeout(() => {
    console.error(`not done after ${LIMIT_MS} ms`);
    process.exit(1);
  }, LIMIT_MS).unref();
  const url = process.argv.at(-1);
  const { MCP_CONFORMANCE_SCENARIO: scenario, MCP_CONFORMANCE_PROTOCOL_VERSION: spec } = process.env;
  if (url === undefined || scenario === undefined || spec === undefined) {
    throw new Error('this program is started by the conformance suite: npm run conformance -- --only client');
  }
  const context = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}') as Task['context'];
  return { url, scenario, spec, context };
}
