/**
 * One connection to the store, as long as it is good. A bundle of its own (`valkey.mjs`): the client takes megabytes of memory, which a
 * gate without a store has better use for. It connects once; whoever opens it opens the next one, with the password of then.
 */
import { createClient } from '@redis/client';
import { SCRIPT, SCRIPT_SHA } from './script.ts';
import type { Link, LinkOptions } from './store-link.ts';

/** Resolves when it is connected and the password is taken. */
export async function openLink({ to, password, timeoutMs, onEnd }: LinkOptions): Promise<Link> {
  const { host, port, tls, ca, database, username } = to;
  const at = { host, port, connectTimeout: timeoutMs, reconnectStrategy: false as const };
  const client = createClient({
    socket: tls ? { ...at, tls: true as const, ...(ca === null ? {} : { ca }) } : at,
    ...(username === null ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    database,
    // What cannot be sent now is somebody else's to decide on, and not to be sent later.
    disableOfflineQueue: true,
    // Neither is a part of the protocol that every store and every list of rights knows.
    disableClientInfo: true,
    maintNotifications: 'disabled',
  });
  let isOver = false;
  const close = (): void => {
    isOver = true;
    if (client.isOpen) client.destroy();
  };
  const ended = (error: Error): void => {
    if (isOver) return;
    close();
    onEnd(error);
  };
  let isOpened = false;
  client.on('error', (error: Error) => {
    if (isOpened) ended(error);
  });
  client.on('end', () => {
    if (isOpened) ended(new Error('the store has closed the connection'));
  });
  const timer = setTimeout(close, timeoutMs);
  try {
    await client.connect();
  } catch (error) {
    const late = isOver;
    close();
    throw late ? new Error(`no connection within ${timeoutMs} ms`, { cause: error }) : error;
  } finally {
    clearTimeout(timer);
  }
  if (isOver) throw new Error(`no connection within ${timeoutMs} ms`);
  isOpened = true;
  const run = async (keys: readonly string[], words: readonly string[]): Promise<unknown> => {
    const options = { keys: [...keys], arguments: [...words] };
    try {
      return await client.evalSha(SCRIPT_SHA, options);
    } catch (error) {
      // A store that was started anew knows no script (https://valkey.io/commands/evalsha/).
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return client.eval(SCRIPT, options);
    }
  };
  return { run, close };
}
