/**
 * Orders to read files that hold credentials. Their paths alone mean nothing: a tool that reads `~/.kube/config` says so. What no honest
 * definition does is to tell a model to open them, or to pass on what is in them.
 */
import type { Span } from '../finding.ts';
import type { Words } from './words.ts';

/** Nobody but their owner has to read them. */
const KEYS =
  /\.ssh\b|\bid_(?:rsa|dsa|ecdsa|ed25519)\b|\/etc\/(?:passwd|shadow)\b|\.gnupg\b|\.git-credentials\b|\.vault-token\b|\bwallet\.dat\b|\/proc\/self\/environ\b|serviceaccount\/token\b/gi;
/** Those of clients that speak MCP, which name the other servers with their tokens, and of tools of developers. */
const CONFIGURATION =
  /\bmcp\.json\b|\bclaude_desktop_config\.json\b|\.cursor\b|\.claude\.json\b|\.aws\b|\.kube\b|\.docker\/|\.netrc\b|\.npmrc\b|\.pypirc\b|\.env\b|\bcredentials\.json\b|\bsecrets?\.(?:json|ya?ml|toml)\b/gi;

const READS =
  /^(?:read|reading|open|cat|access|load|retrieve|fetch|copy|extract|collect|get|check|view|grab|dump|send|upload|include|pass|exfiltrate|obtain|take|look|hand|paste|seed)$/;
const GIVES =
  /^(?:pass|passed|supply|include|send|provide|put|append|add|attach|embed|forward|upload|submit|post|encode|return|share|transmit|exfiltrate|paste|place|hand|insert|goes|given|supplied)$/;
/** Words in front of the path, and behind it. */
const BEFORE = 12;
const BEHIND = 20;

/** From the order to the path, or from the path to what is done with it. */
export function findCredentialOrder(text: string, words: Words): Span | undefined {
  return (
    findBefore(text, KEYS, words) ??
    findBehind(text, KEYS, words) ??
    findBehind(text, CONFIGURATION, words) ??
    findContents(text, CONFIGURATION, words)
  );
}

function findBefore(text: string, paths: RegExp, words: Words): Span | undefined {
  return find(text, paths, words, (_, end, first) => {
    const verb = readBefore(words, first);
    return verb === undefined ? undefined : { start: words.places[2 * verb] as number, end };
  });
}

function findBehind(text: string, paths: RegExp, words: Words): Span | undefined {
  return find(text, paths, words, (start, end, first) => {
    if (readBefore(words, first) === undefined) return undefined;
    for (let i = first; i < Math.min(words.words.length, first + BEHIND); i++) {
      const from = words.places[2 * i] as number;
      if (from >= end && GIVES.test(words.words[i] as string)) return { start, end: words.places[2 * i + 1] as number };
    }
    return undefined;
  });
}

/** `supply the contents of ~/.aws/credentials`. */
function findContents(text: string, paths: RegExp, words: Words): Span | undefined {
  return find(text, paths, words, (_, end, first) => {
    const contents = lastBefore(words, first, CONTENTS);
    const verb = contents === undefined ? undefined : lastBefore(words, contents, GIVES);
    return verb === undefined ? undefined : { start: words.places[2 * verb] as number, end };
  });
}

const CONTENTS = /^(?:content|contents|values|value)$/;

/** Which word of the same sentence is the order to read. */
function readBefore(words: Words, first: number): number | undefined {
  return lastBefore(words, first, READS);
}

function lastBefore({ words, begins }: Words, first: number, wanted: RegExp): number | undefined {
  for (let i = first - 1; i >= Math.max(0, first - BEFORE) && begins[i + 1] !== true; i--) {
    if (wanted.test(words[i] as string)) return i;
  }
  return undefined;
}

function find(
  text: string,
  paths: RegExp,
  { places }: Words,
  look: (start: number, end: number, first: number) => Span | undefined,
): Span | undefined {
  let first = 0;
  paths.lastIndex = 0;
  for (let match = paths.exec(text); match !== null; match = paths.exec(text)) {
    while ((places[2 * first + 1] ?? Infinity) <= match.index) first++;
    const found = look(match.index, match.index + match[0].length, first);
    if (found !== undefined) return found;
  }
  return undefined;
}
