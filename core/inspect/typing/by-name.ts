/**
 * What the name of a parameter says of it: the one table, which docs/detectors.md shows. A row holds for names that end in one of its
 * words, or sequences of words; the row with the longest ending holds, and of two the first. What stands in no row says nothing.
 */
import type { ParameterType } from './parameter-types.ts';
import { wordsOf } from './words.ts';

export interface NameRow {
  readonly type: ParameterType;
  /** Singular, lower case, words parted by blanks. */
  readonly endings: readonly string[];
}

export const NAME_ROWS: readonly NameRow[] = [
  { type: 'url', endings: ['url', 'href', 'webhook', 'link url', 'link', 'website', 'homepage', 'uri'] },
  { type: 'host', endings: ['host', 'hostname', 'host name', 'fqdn', 'ip', 'ip address', 'ipv4', 'ipv6'] },
  {
    type: 'path',
    endings: [
      'path',
      'filepath',
      'filename',
      'file name',
      'file',
      'dir',
      'directory',
      'folder',
      'cwd',
      'working dir',
      'working directory',
      'root dir',
    ],
  },
  { type: 'shell', endings: ['command', 'cmd', 'command line', 'commandline', 'shell', 'shell script', 'bash'] },
  { type: 'sql', endings: ['sql', 'sql query', 'sql statement', 'sql string'] },
  {
    type: 'code',
    endings: [
      'code',
      'source',
      'source code',
      'script',
      'snippet',
      'html',
      'css',
      'javascript',
      'python',
      'patch',
      'diff',
      'expression',
      'regex',
      'pattern',
      'json',
      'yaml',
      'xml',
      'template',
      'file content',
      'old text',
      'new text',
      'old string',
      'new string',
      'old str',
      'new str',
    ],
  },
  {
    type: 'secret',
    endings: ['password', 'passwd', 'passphrase', 'secret', 'token', 'api key', 'apikey', 'private key', 'credential'],
  },
  {
    type: 'identifier',
    endings: [
      'id',
      'ids',
      'uuid',
      'guid',
      'sha',
      'commit',
      'ref',
      'branch',
      'branch name',
      'tag name',
      'remote',
      'repo',
      'repository',
      'repo name',
      'repository name',
      'owner',
      'org',
      'organization',
      'slug',
      'namespace',
      'cluster',
      'cluster name',
      'pod',
      'pod name',
      'container',
      'container name',
      'image',
      'image name',
      'package',
      'package name',
      'version',
      'bucket',
      'bucket name',
      'table',
      'table name',
      'column',
      'column name',
      'database',
      'database name',
      'db name',
      'schema name',
      'index name',
      'queue name',
      'username',
      'user name',
      'service name',
      'resource name',
      'project key',
      'issue key',
      'name',
      'project',
      'service',
      'tag',
      'region',
      'device',
      'workspace',
      'account',
      'platform',
      'category',
      'city',
      'country',
      'mode',
      'status',
      'email',
      'currency',
      'team',
      'channel',
      'country code',
      'currency code',
      'language code',
      'zip code',
      'postal code',
      'area code',
      'error code',
      'status code',
      'product code',
      'airport code',
      'station code',
      'promo code',
      'discount code',
      'coupon code',
      'referral code',
    ],
  },
  {
    type: 'text',
    endings: [
      'text',
      'message',
      'title',
      'description',
      'content',
      'body',
      'prompt',
      'comment',
      'note',
      'summary',
      'subject',
    ],
  },
];

const BY_ENDING = new Map<string, ParameterType>();
for (const { type, endings } of NAME_ROWS.toReversed()) for (const ending of endings) BY_ENDING.set(ending, type);

const MOST_WORDS = Math.max(...[...BY_ENDING.keys()].map((ending) => ending.split(' ').length));

/** What the name says, and by which ending. */
export function typeByName(name: string): { type: ParameterType; ending: string } | undefined {
  const words = wordsOf(name);
  for (let count = Math.min(MOST_WORDS, words.length); count > 0; count--) {
    const ending = words.slice(-count).join(' ');
    const type = BY_ENDING.get(ending);
    if (type !== undefined) return { type, ending };
  }
  return undefined;
}
