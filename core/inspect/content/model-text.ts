/** What a text does to whoever shows or reads it, rather than what it gives away: the finders of it as detectors of texts. */
import { SHORTEST_INSTRUCTION, findInstructions } from '../instructions/find-instructions.ts';
import { findHiddenRuns } from '../hidden-text.ts';
import { HostSet } from '../host-set.ts';
import { carriedData, hostOf } from '../links/carried-data.ts';
import { findLinks } from '../links/find-links.ts';
import { carriesText, findTerminalEscapes } from '../terminal-escapes.ts';
import type { Found, TextDetector } from './text-detector.ts';
import { NO_BOUND, type Work } from './work.ts';

export const MODEL_TEXT = [
  'hiddenText',
  'terminalEscapes',
  'imagesWithData',
  'linksWithData',
  'modelInstructions',
] as const;
export type ModelText = (typeof MODEL_TEXT)[number];

/** Those that pass over what leads to some hosts. */
export const WITH_HOSTS: ReadonlySet<string> = new Set<ModelText>(['imagesWithData', 'linksWithData']);

const SHORTEST_URL = '//a.b/?c='.length;

/** In units of work for a character: what the slowest texts that were tried take, but for what is counted by itself. */
const COSTS: Readonly<Record<ModelText, number>> = {
  hiddenText: 10,
  terminalEscapes: 3,
  imagesWithData: 10,
  linksWithData: 10,
  modelInstructions: 50,
};
const SHORTEST: Readonly<Record<ModelText, number>> = {
  hiddenText: 1,
  terminalEscapes: 1,
  imagesWithData: SHORTEST_URL,
  linksWithData: SHORTEST_URL,
  modelInstructions: SHORTEST_INSTRUCTION,
};

export function modelTextDetector(detect: ModelText, hosts: readonly string[] | undefined): TextDetector {
  const find = FINDERS[detect](new HostSet(hosts ?? []));
  return {
    family: detect,
    shortest: SHORTEST[detect],
    find: (text, _key, work = NO_BOUND) => (work.spend(COSTS[detect] * text.length) ? find(text, work) : NONE),
    findExact: undefined,
  };
}

const NONE: readonly Found[] = [];

type Finder = (text: string, work: Work) => readonly Found[];

const FINDERS: Readonly<Record<ModelText, (hosts: HostSet) => Finder>> = {
  hiddenText: () => (text, work) =>
    findHiddenRuns(text, () => work.spend(COST_OF_HIDDEN)).map(({ reason, start, end }) => {
      // One by itself says nothing, such as a soft hyphen; several can spell something.
      return { kind: reason, start, end, isBlank: reason === 'invisible-character' && end - start === 1 };
    }),
  terminalEscapes: () => (text, work) =>
    findTerminalEscapes(text, () => work.spend(COST_OF_HIDDEN)).map((one) => {
      return { kind: one.reason, start: one.start, end: one.end, isBlank: !carriesText(one) };
    }),
  imagesWithData: (hosts) => (text, work) => linksIn(text, hosts, true, work),
  linksWithData: (hosts) => (text, work) => linksIn(text, hosts, false, work),
  modelInstructions: () => (text, work) =>
    findInstructions(text, () => work.spend(Infinity)).map(({ reason, start, end }) => ({ kind: reason, start, end })),
};

/** Units of work for a character that is, or may be, hidden, and for an escape. */
const COST_OF_HIDDEN = 80;
/** For what stands around an address, and for what it is made of. */
const COST_OF_LINK = 500;

function linksIn(text: string, hosts: HostSet, areLoaded: boolean, work: Work): readonly Found[] {
  const found: Found[] = [];
  for (const { form, url, start, end } of findLinks(text, () => work.spend(COST_OF_LINK))) {
    if ((form === 'loaded') !== areLoaded || carriedData(url, areLoaded) === undefined) continue;
    const host = hostOf(url);
    if (host === undefined || !hosts.has(host))
      found.push({ kind: areLoaded ? 'image-with-data' : 'link-with-data', start, end });
  }
  return found;
}
