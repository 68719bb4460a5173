/** What a command of the sidecar has to know of the gate that it asks: read by itself, for all else takes longer than the command. */
import { type Environment, durationOf, flagOf, portOf, required } from './environment.ts';

export interface CommandConfig {
  /** URL of the MCP endpoint behind the gate. */
  readonly upstream: string;
  readonly adminHost: string | undefined;
  readonly adminPort: number;
  /** How long the pod's hook holds SIGTERM back once draining has begun. */
  readonly drainDelayMs: number;
  /** The hook waits no longer than the server listens: in a pod that ends when its work is done, nobody comes after that. */
  readonly drainWithServer: boolean;
}

/** Throws an Error that says which variable is wrong and what it should be. */
export function readCommandConfig(env: Environment): CommandConfig {
  const upstream = required(
    env,
    'SALLYPORT_UPSTREAM',
    'the URL of the MCP endpoint, such as http://127.0.0.1:8080/mcp',
  );
  if (!/^https?:\/\//.test(upstream) || URL.parse(upstream) === null) {
    throw new Error(`SALLYPORT_UPSTREAM is not an http or https URL: ${JSON.stringify(upstream)}`);
  }
  return {
    upstream,
    adminHost: env['SALLYPORT_ADMIN_HOST'],
    adminPort: portOf(env, 'SALLYPORT_ADMIN_PORT', 8485),
    drainDelayMs: durationOf(env, 'SALLYPORT_DRAIN_DELAY', '5s'),
    drainWithServer: flagOf(env, 'SALLYPORT_DRAIN_WITH_SERVER'),
  };
}
