/** Of a path, the folders that it begins with: what roots are written of. Names of files, and of folders that may be people's, are not kept. */
import type { Work } from '../inspect/content/work.ts';
import { readPath } from '../inspect/paths.ts';
import { foundIn } from './found-in.ts';
import type { PathShape } from './shape.ts';

/** A folder's name says what it is for; one that is long, odd or full of digits may say whose it is. */
const FOLDER = /^[\w.@+-]{1,32}$/;
/** Without an ending it is most likely a folder. */
const LAST_FOLDER = /^[A-Za-z_-]{1,16}$/;
const MOST_DIGITS = 8;
const MOST_FOLDERS = 8;
/** Below these, folders are called like people. */
const OF_PEOPLE: ReadonlySet<string> = new Set([
  'home',
  'users',
  'customers',
  'patients',
  'people',
  'employees',
  'clients',
]);

/** Undefined where programs may read it in different ways, or it climbs. */
export function shapeOfPath(text: string, work: Work): PathShape | undefined {
  const { readings, problem } = readPath(text);
  const [plain, ...others] = new Set(readings);
  if (problem !== undefined || plain === undefined || others.length > 0) return undefined;
  const parts = plain.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return undefined;
  const kept: string[] = [];
  for (const [i, part] of parts.entries()) {
    const isLast = i === parts.length - 1;
    if (kept.length === MOST_FOLDERS || !isFolder(part, isLast) || foundIn(part, undefined, work).length > 0) break;
    kept.push(part);
    if (OF_PEOPLE.has(part.toLowerCase())) break;
  }
  const under = `${plain.startsWith('/') ? '/' : ''}${kept.join('/')}`;
  return { is: 'path', under, parts: parts.length - kept.length };
}

function isFolder(part: string, isLast: boolean): boolean {
  if (!(isLast ? LAST_FOLDER : FOLDER).test(part)) return false;
  return (part.match(/\d/g)?.length ?? 0) <= MOST_DIGITS;
}
