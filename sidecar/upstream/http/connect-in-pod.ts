/**
 * Connects to the server of the pod. A server that listens on `localhost` may have 127.0.0.1 or ::1, whichever its resolver puts first
 * and whatever family the pod has outside (RFC 6761 §6.3); the containers of a pod share both addresses, so each leads to it.
 */
import type { LookupFunction } from 'node:net';
import type { buildConnector } from 'undici';
import makeConnector from 'undici/lib/core/connect.js';
import { LOOPBACKS } from '../../../core/loopback.ts';

/** In this order (RFC 8305 §5): where the first refuses, the second is asked at once. */
export const lookupInPod: LookupFunction = (_hostname, _options, callback) => {
  callback(
    null,
    LOOPBACKS.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
  );
};

export function connectInPod(options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = makeConnector({ ...options, lookup: lookupInPod, autoSelectFamily: true });
  // An address would not be looked up.
  return (given, callback) => connect({ ...given, hostname: 'localhost' }, callback);
}
