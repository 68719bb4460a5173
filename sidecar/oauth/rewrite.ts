/** What a server says about its OAuth, in the public names of its URLs. What is on other origins is nobody's business here. */
import { type JsonObject, isObject } from '../../core/mcp/message.ts';
import { parseJson } from '../../core/mcp/parse-json.ts';
import type { UrlMap } from './public-url.ts';

/** Members of metadata are flat, but for some aliases. */
const MAX_DEPTH = 4;
const RESOURCE_METADATA = /(\bresource_metadata\s*=\s*)("(?:[^"\\]|\\.)*"|[^\s,"]+)/gi;
const ISSUER = /([?&]iss=)([^&#]*)/;

/** A metadata document; undefined when it is none. `resource`: what it must call the endpoint, where that is configured. */
export function rewriteMetadata(text: string, urls: UrlMap, resource: string | null): string | undefined {
  const metadata = parseObject(text);
  if (metadata === undefined) return undefined;
  const rewritten = rewriteValue(metadata, urls, 0) as JsonObject;
  const final = resource !== null && 'resource' in rewritten ? { ...rewritten, resource } : rewritten;
  const json = JSON.stringify(final);
  return json === JSON.stringify(metadata) ? text : json;
}

export function parseObject(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function rewriteValue(value: unknown, urls: UrlMap, depth: number): unknown {
  if (typeof value === 'string') return urls.toPublic(value);
  if (depth === MAX_DEPTH || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => rewriteValue(entry, urls, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, rewriteValue(member, urls, depth + 1)]),
  );
}

/** One value of a WWW-Authenticate header (RFC 9728 §5.1). */
export function rewriteChallenge(challenge: string, urls: UrlMap): string {
  return challenge.replace(RESOURCE_METADATA, (_all, name: string, value: string) =>
    value.startsWith('"') ? `${name}"${urls.toPublic(value.slice(1, -1))}"` : name + urls.toPublic(value),
  );
}

/** The URLs that a challenge names as metadata. */
export function metadataNamedIn(challenge: string): string[] {
  return [...challenge.matchAll(RESOURCE_METADATA)].map(([, , value = '']) => value.replaceAll('"', ''));
}

/**
 * Where a browser is sent: on to another page of the server, or back to the client with the name of who has sent it, which the
 * client compares with the issuer it knows (RFC 9207 §2.4).
 */
export function rewriteLocation(location: string, urls: UrlMap): string {
  const moved = urls.toPublic(location);
  if (moved !== location) return moved;
  return location.replace(ISSUER, (all, name: string, encoded: string) => {
    const issuer = decode(encoded);
    const known = issuer === undefined ? undefined : urls.toPublic(issuer);
    return known === undefined || known === issuer ? all : name + encodeURIComponent(known);
  });
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
