/** Of a URL or a host, where it leads: scheme, host and port. */
import { readHostUrl, readUrl } from '../inspect/url-reading.ts';
import type { HostShape, UrlShape } from './shape.ts';

/** Undefined where programs may find another host in it, or none; a URL within it leads somewhere, too. */
export function shapeOfHost(text: string, type: 'url' | 'host'): UrlShape | HostShape | undefined {
  const { scheme, authority, others, nested, problem } = (type === 'url' ? readUrl : readHostUrl)(text);
  if (problem !== undefined || authority === undefined || others.length > 0) return undefined;
  if (nested === undefined || nested.readings.length > 0 || nested.mentioned !== undefined) return undefined;
  const { reading, port } = authority;
  if (reading.problem !== undefined) return undefined;
  const where = { host: reading.host, ...(port === undefined ? {} : { port }) };
  if (scheme !== undefined) return { is: 'url', scheme, ...where };
  return type === 'host' ? { is: 'host', ...where } : undefined;
}
