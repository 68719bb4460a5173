/** Where no issuer is trusted. */
import type { PathParts } from '../path/parts.ts';

export const NO_JWTS: PathParts['jwts'] = {
  look: () => undefined,
  holds: () => false,
  follow() {},
  learn: () => undefined,
};
