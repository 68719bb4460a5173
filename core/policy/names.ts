/** How what a message names is read before rules are asked about it, and how the patterns of rules are. */
import type { GlobSyntax } from './glob-set.ts';
import { patternViews, type UriViews, uriViews, workOfUri } from './uri-views.ts';

export interface NameReader {
  readonly syntax: GlobSyntax;
  /** What reading costs, before a name of a thousand is read. */
  workOf(name: string): number;
  /** Every way in which a server may read the name; undefined where it is the name and nothing else. */
  read(name: string): UriViews | undefined;
  /** A pattern as it is compared with these. */
  spellings(pattern: string): readonly string[];
}

/** No name that can be called is longer, and matching takes time for each character (MAX_NAME_LENGTH of the catalogue). */
const MAX_NAME_LENGTH = 1024;
const TOO_LONG = { problem: `the name is longer than ${MAX_NAME_LENGTH} characters` };

export const PLAIN_NAMES: NameReader = {
  syntax: 'name',
  workOf: () => 0,
  read: (name) => (name.length > MAX_NAME_LENGTH ? TOO_LONG : undefined),
  spellings: (pattern) => [pattern],
};

export const URIS: NameReader = { syntax: 'uri', workOf: workOfUri, read: uriViews, spellings: patternViews };
