/**
 * The one part of undici that is needed. The package's index loads fetch, WebSocket, caches and mocks as well, which cost a
 * third of the bundle, some megabytes of memory and start-up time.
 */
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';
  export default Pool;
}
