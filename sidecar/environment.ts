/** Environment variables, each read with an error that names it and what it should be. */
import { parseDuration } from '../core/duration.ts';

export type Environment = { readonly [name: string]: string | undefined };

export function required(env: Environment, name: string, what: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set; it must be ${what}`);
  return value;
}

export function flagOf(env: Environment, name: string): boolean {
  const value = env[name] ?? '';
  if (value === 'true') return true;
  if (value === '' || value === 'false') return false;
  throw new Error(`${name} is neither true nor false: ${JSON.stringify(value)}`);
}

export function portOf(env: Environment, name: string, fallback: number): number {
  const port = Number(env[name] ?? fallback);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`${name} is not a port: ${JSON.stringify(env[name])}`);
}

export function durationOf(env: Environment, name: string, fallback: string): number {
  try {
    return parseDuration(env[name] ?? fallback);
  } catch {
    throw new Error(`${name} is not a duration such as 20s: ${JSON.stringify(env[name])}`);
  }
}
