/** Is a text without a scheme a host (`example.com/a`), to which programs add one, or a path (`docs/a.html`)? */
import { readHost } from './host-reading.ts';
import { innerName } from './inner-names.ts';
import { isMetadataService } from './metadata-services.ts';

/** Ends that no file has: names of machines and clusters. */
const INSIDE = /\.(?:localdomain|local|internal|intranet|svc|lan|corp|arpa)$/;
/** A row or page; as an address, it would be below 1.0.0.0, where nothing is. */
const SMALL_NUMBER = /^[1-9][0-9]{0,6}$/;

export function isSchemelessHost(text: string): boolean {
  if (text === '' || /^[/\\?#.]/.test(text)) return false;
  const end = text.search(/[/?#\\]/);
  const segment = end === -1 ? text : text.slice(0, end);
  // A path of one word may have any of these, but not what is called a URL.
  if (/[@:[\]%]/.test(segment)) return true;
  if (SMALL_NUMBER.test(segment)) return false;
  const { host, address, problem } = readHost(segment);
  if (problem !== undefined) return problem === 'disguised-host' || problem === 'disguised-address';
  if (address !== undefined || isMetadataService(host) || INSIDE.test(host)) return true;
  return innerName(host) !== 'internal-name';
}
