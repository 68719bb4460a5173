/**
 * URLs within a URL, as redirectors and proxies take them (`?url=http://169.254.169.254/`): the public host that is named connects to,
 * or sends the server on to, the one within.
 */
import { readAuthority } from './authority.ts';
import type { HostReading } from './host-reading.ts';
import { findMetadataService } from './metadata-services.ts';

export interface NestedUrls {
  /** Hosts of the URLs within, of those that can be read. */
  readonly readings: readonly HostReading[];
  /** A metadata service that is named without being a URL. */
  readonly mentioned: string | undefined;
}

/** More are no URL that anybody wrote; what is beyond would go unseen, so there is no less than all. */
const MOST = 64;
/** Of what has none. */
export const NOT_NESTED: NestedUrls = { readings: [], mentioned: undefined };
/** What a parameter has without a scheme has that of the URL around it. */
const BEGINNING = /:\/\/|@|=[/\\]{2}/g;
const END = /[/?#\\&"'<>\s]/;
/** Where an application on somebody's own machine has people sent back to (RFC 8252 §7.3): not fetched, but handed on. */
const SENT_BACK = /[?&]redirect_ur[il]=http$/i;

/** `rest`: what follows the host of a URL. Undefined where there are too many. */
export function nestedUrls(rest: string): NestedUrls | undefined {
  if (rest.length < 4) return NOT_NESTED;
  const text = decoded(rest);
  const readings: HostReading[] = [];
  let seen = 0;
  for (const { 0: beginning, index } of text.matchAll(BEGINNING)) {
    const reading = readingAt(text, index + beginning.length);
    if (beginning === '@') {
      // A package has its version there (`vue@3.5.0`), and a person a name; to some programs the last one of a URL is before its host.
      if (reading.address !== undefined) readings.push(reading);
    } else if (beginning === '://' || isHostLike(reading)) {
      const isReadable = reading.problem === undefined || reading.problem === 'disguised-address';
      if (isReadable && !isSentBack(reading, text, index)) readings.push(reading);
    }
    if (++seen > MOST) return undefined;
  }
  return { readings, mentioned: findMetadataService(text) };
}

/** `//depot/main` is a path to some. */
function isHostLike({ host, address, problem }: HostReading): boolean {
  return address !== undefined || problem === 'disguised-address' || host.includes('.') || host === 'localhost';
}

function isSentBack({ address, host }: HostReading, text: string, at: number): boolean {
  const isLoopback = address?.kind === 'loopback' || host === 'localhost';
  return isLoopback && SENT_BACK.test(text.slice(Math.max(0, at - 20), at));
}

function readingAt(text: string, start: number): HostReading {
  const window = text.slice(start, start + 300);
  const end = window.search(END);
  return readAuthority(end === -1 ? window : window.slice(0, end)).reading;
}

const ESCAPE = /%([2-7][0-9a-f])/gi;
const ROUNDS = 3;

/** With the escapes of ASCII undone, as far as redirectors do it. */
function decoded(text: string): string {
  let before = text;
  for (let round = 0; round < ROUNDS && before.includes('%'); round++) {
    const after = before.replace(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    if (after === before) break;
    before = after;
  }
  return before;
}
