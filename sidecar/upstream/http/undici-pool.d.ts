/**
 * The one part of undici that is needed. The package's index loads fetch, WebSocket, caches and mocks as well: a sixth of the
 * bundle, and memory and time at every start.
 */
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';
  export default Pool;
}

/** How it connects, for whoever connects in another way. */
declare module 'undici/lib/core/connect.js' {
  import { buildConnector } from 'undici';
  export default buildConnector;
}
