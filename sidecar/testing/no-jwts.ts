/** Where no issuer is trusted. */
import type { PathParts } from '../path/parts.ts';

export const NO_JWTS: PathParts['jwts'] = {
  look: () => undefined,
  holds: () => false,
  follow() {},
  learn: () => undefined,
};

/** Where no ServiceAccount is let in. */
export const NO_ACCOUNTS: PathParts['accounts'] = {
  isMine: () => false,
  find: () => undefined,
  look: () => undefined,
  proofOf() {
    throw new Error('no ServiceAccount is known');
  },
  follow() {},
  learn: () => undefined,
};

/** Where no token is bound to a key. */
export const NO_POSSESSION: PathParts['possession'] = {
  check() {
    throw new Error('no token is bound');
  },
  nonce: () => '',
  adopt() {},
};
