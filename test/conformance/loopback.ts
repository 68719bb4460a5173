/**
 * Loaded into the suite's process before it: what it listens on is loopback, never every interface of the machine. The suite asks
 * for its port right after `listen`, so the look-up of the address must not take a turn of the event loop.
 */
import dns from 'node:dns';
import net from 'node:net';

const LOOPBACK = { address: '127.0.0.1', family: 4 };

type Listen = (this: net.Server, ...args: unknown[]) => net.Server;
type Found = (error: null, addresses: readonly (typeof LOOPBACK)[]) => void;
type Lookup = (host: string, options: unknown, found: Found) => unknown;

const { prototype } = net.Server;
const listen = Reflect.get(prototype, 'listen') as Listen;
const lookup = dns.lookup as unknown as Lookup;
let isBinding = false;

const listenOnLoopback: Listen = function (this: net.Server, ...args) {
  const [first] = args;
  const port = typeof first === 'object' && first !== null ? (first as { port?: unknown }).port : first;
  const listening = args.filter((value) => typeof value === 'function');
  isBinding = true;
  try {
    return listen.call(this, typeof port === 'function' ? 0 : port, LOOPBACK.address, ...listening);
  } finally {
    isBinding = false;
  }
};

const lookupAtOnce: Lookup = (host, options, found) => {
  if (!isBinding) return lookup(host, options, found);
  found(null, [LOOPBACK]);
  return undefined;
};

Reflect.set(prototype, 'listen', listenOnLoopback);
dns.lookup = lookupAtOnce as unknown as typeof dns.lookup;
