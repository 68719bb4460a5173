/** Which calls are of sources and which of sinks. */
import type { Target } from '../../mcp/catalogue.ts';
import { GlobSet } from '../glob-set.ts';
import { PrincipalSet } from '../rules/principals.ts';
import type { BundleTaint } from '../rules/taint.ts';
import { patternViews, uriViews } from '../uri-views.ts';
import type { HistoryEvent } from './rule.ts';

export class TaintMembers {
  readonly #sources: Members;
  readonly #sinks: Members;
  readonly #resources: GlobSet<true> | undefined;
  readonly #exempt: GlobSet<true> | undefined;
  readonly #principals: PrincipalSet | undefined;
  readonly #shadow: boolean;

  constructor({ sources, sinks, exempt, principals }: BundleTaint, shadow: boolean) {
    this.#sources = membersOf(sources);
    this.#sinks = membersOf(sinks);
    this.#resources = globsOf('uri', sources.resources.flatMap(patternViews));
    this.#exempt = globsOf('name', exempt.tools);
    this.#principals = principals === null ? undefined : new PrincipalSet(principals);
    this.#shadow = shadow;
  }

  isMeant({ principal, target }: HistoryEvent): boolean {
    if (this.#principals?.has(principal) === false) return false;
    return target.kind !== 'tool' || !matches(this.#exempt, target.name);
  }

  isSource(event: HistoryEvent): boolean {
    const { target } = event;
    return target.kind === 'resource' ? this.#isSourceOf(target) : this.#isAmong(event, this.#sources);
  }

  isSink(event: HistoryEvent): boolean {
    return this.#isAmong(event, this.#sinks);
  }

  #isAmong({ target, labels, labelsInShadow }: HistoryEvent, members: Members): boolean {
    if (target.kind !== 'tool') return false;
    const own = this.#shadow ? labelsInShadow : labels;
    return own.some((label) => members.labels.has(label)) || matches(members.tools, target.name);
  }

  /** What cannot be read in one way only has been refused before, where any rule on resources is. */
  #isSourceOf({ name }: Target): boolean {
    if (this.#resources === undefined) return false;
    const reading = uriViews(name);
    if ('problem' in reading) return true;
    return [...reading.views, ...reading.reduced].some((view) => matches(this.#resources, view));
  }
}

interface Members {
  readonly labels: ReadonlySet<string>;
  readonly tools: GlobSet<true> | undefined;
}

function membersOf({ labels, tools }: BundleTaint['sinks']): Members {
  return { labels: new Set(labels), tools: globsOf('name', tools) };
}

function globsOf(syntax: 'name' | 'uri', patterns: readonly string[]): GlobSet<true> | undefined {
  if (patterns.length === 0) return undefined;
  const globs = new GlobSet<true>(syntax);
  for (const pattern of patterns) globs.add(pattern, true);
  return globs;
}

function matches(globs: GlobSet<true> | undefined, name: string): boolean {
  return globs !== undefined && globs.match(name).length > 0;
}
