/**
 * What kind of thing a tool does, for rules about what may follow what: by its annotations, by the words of its name and its parameters,
 * and by its description, in this order of weight. A guess that a person looks at, so each says why.
 */
import { COMMON_LABELS } from '../../api/rules/labels.ts';
import { wordsOf } from '../../inspect/typing/words.ts';
import { isObject } from '../../mcp/message.ts';

export type ToolLabel = keyof typeof COMMON_LABELS;
const TOOL_LABELS = Object.keys(COMMON_LABELS) as ToolLabel[];

export interface LabelGuess {
  readonly tool: string;
  readonly label: ToolLabel;
  readonly because: string;
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

const READS = set(
  'get list read search find fetch show describe view query lookup load download browse inspect select count open retrieve',
);
const DESTROYS = set(
  'delete remove drop destroy purge wipe erase truncate kill terminate uninstall revoke overwrite reset clear',
);
const SENDS = set(
  'send mail email post publish upload share notify push tweet message reply forward submit invite webhook transfer sms comment',
);
const RUNS = set(
  'exec execute run shell bash command eval evaluate script terminal spawn invoke sandbox python javascript',
);
const OUTSIDE = set(
  'web url page website browser crawl scrape http feed rss news internet inbox mail email issue comment ticket pr review message chat slack forum thread document attachment',
);
const PRIVATE = set(
  'customer client user account employee person people patient payroll salary invoice payment order contact address profile file directory document database table sql record secret credential password key token vault config repository repo source code message mail email inbox calendar note memory private internal personal crm ledger statement balance backup log',
);

const SECRETS = set('secret credential password key token vault certificate');
const RIGHTS = set('permission right role member access acl policy collaborator grant owner admin');
const GIVES = set('grant add set update create change assign invite revoke remove delete share edit');

interface Said {
  readonly name: string;
  readonly words: readonly string[];
  readonly description: ReadonlySet<string>;
  readonly parameters: readonly string[];
  readonly hints: Readonly<Record<string, unknown>>;
}

/** Undefined: it does not look like that. */
type Guess = (tool: Said) => string | undefined;

const GUESSES: Readonly<Record<ToolLabel, Guess>> = {
  'private-source': ({ words, hints }) => {
    if (!reads(words, hints) || hints['openWorldHint'] === true) return undefined;
    const word = words.find((one) => PRIVATE.has(one));
    if (word !== undefined) return `its name reads and has "${word}" in it`;
    return hints['readOnlyHint'] === true && hints['openWorldHint'] === false
      ? 'its annotations say that it only reads, and what is at home (readOnlyHint, openWorldHint: false)'
      : undefined;
  },
  'untrusted-source': ({ words, hints, parameters }) => {
    if (!reads(words, hints)) return undefined;
    if (hints['openWorldHint'] === true) return 'its annotations say that it reads from an open world (openWorldHint)';
    const word = words.find((one) => OUTSIDE.has(one));
    if (word !== undefined) return `its name reads and has "${word}" in it, which others write`;
    return parameters.includes('url') ? 'it reads, and is told from which URL' : undefined;
  },
  'secret-source': ({ words, hints }) => {
    const word = reads(words, hints) ? words.find((one) => SECRETS.has(one)) : undefined;
    return word === undefined ? undefined : `its name reads and has "${word}" in it`;
  },
  'list-all': ({ words }) =>
    words.includes('list') && words.includes('all') ? 'its name lists, and has "all" in it' : undefined,
  'bulk-read': ({ words, hints }) => {
    const word = reads(words, hints)
      ? words.find((one) => one === 'multiple' || one === 'bulk' || one === 'batch')
      : undefined;
    return word === undefined ? undefined : `its name reads and has "${word}" in it`;
  },
  export: ({ words }) => {
    const word = words.find((one) => one === 'export' || one === 'dump' || one === 'backup' || one === 'snapshot');
    return word === undefined ? undefined : `its name has "${word}" in it`;
  },
  'permission-change': ({ words, hints }) => {
    const word = hints['readOnlyHint'] === true ? undefined : words.find((one) => RIGHTS.has(one));
    return word !== undefined && words.some((one) => GIVES.has(one)) && !READS.has(words[0] ?? '')
      ? `its name changes something and has "${word}" in it`
      : undefined;
  },
  'external-sink': ({ words, hints, parameters, description }) => {
    const word = words.find((one) => SENDS.has(one));
    if (word !== undefined && !READS.has(words[0] ?? '')) return `its name has "${word}" in it`;
    if (!reads(words, hints) && hints['openWorldHint'] === true)
      return 'its annotations say that it changes something in an open world (openWorldHint)';
    // What is asked of an address of the caller's choice carries data there.
    if (parameters.includes('url')) return 'it is told a URL, which can carry data out';
    return !reads(words, hints) && (description.has('email') || description.has('webhook') || description.has('upload'))
      ? 'its description speaks of sending something out'
      : undefined;
  },
  destructive: ({ words, hints }) => {
    const word = words.find((one) => DESTROYS.has(one));
    if (word !== undefined && !READS.has(words[0] ?? '')) return `its name has "${word}" in it`;
    return hints['destructiveHint'] === true && hints['readOnlyHint'] !== true
      ? 'its annotations say so (destructiveHint)'
      : undefined;
  },
  exec: ({ words, parameters }) => {
    const word = words.find((one) => RUNS.has(one));
    if (word !== undefined && !READS.has(words[0] ?? '')) return `its name has "${word}" in it`;
    const parameter = parameters.find((one) => one === 'command' || one === 'cmd' || one === 'script');
    return parameter === undefined ? undefined : `it has a parameter "${parameter}"`;
  },
};

/** In the order of the tools. */
export function labelGuesses(tools: Iterable<Readonly<Record<string, unknown>>>): LabelGuess[] {
  return [...tools].flatMap((tool) => {
    const said = readTool(tool);
    if (said === undefined) return [];
    return TOOL_LABELS.flatMap((label) => {
      const because = GUESSES[label](said);
      return because === undefined ? [] : [{ tool: said.name, label, because }];
    });
  });
}

/** Of one label of a pack. */
const MOST_TOOLS = 256;

/** By label, as `labels` of a pack. */
export function labelsOf(guesses: readonly LabelGuess[]): Partial<Record<ToolLabel, string[]>> {
  const labels: Partial<Record<ToolLabel, string[]>> = {};
  for (const { label, tool } of guesses) {
    const tools = (labels[label] ??= []);
    // A star in a name would stand for other tools, too.
    if (tools.length < MOST_TOOLS && tool.length <= 256 && !/[*\p{Cc}]/u.test(tool)) tools.push(tool);
  }
  for (const label of TOOL_LABELS) if (labels[label]?.length === 0) delete labels[label];
  return labels;
}

function reads(words: readonly string[], hints: Said['hints']): boolean {
  if (hints['readOnlyHint'] === true) return true;
  const verb = words.find((word) => READS.has(word) || DESTROYS.has(word) || SENDS.has(word) || RUNS.has(word));
  return verb !== undefined && READS.has(verb);
}

const LONGEST_DESCRIPTION = 2_000;

function readTool({
  name,
  description,
  annotations,
  inputSchema,
}: Readonly<Record<string, unknown>>): Said | undefined {
  if (typeof name !== 'string') return undefined;
  const properties = isObject(inputSchema) && isObject(inputSchema['properties']) ? inputSchema['properties'] : {};
  const text = typeof description === 'string' ? description.slice(0, LONGEST_DESCRIPTION) : '';
  return {
    name,
    words: wordsOf(name),
    // Word by word: its first 128 characters are not all of it.
    description: new Set(text.toLowerCase().split(/[^a-z]+/)),
    parameters: Object.keys(properties).map((key) => wordsOf(key).at(-1) ?? ''),
    hints: isObject(annotations) ? annotations : {},
  };
}
