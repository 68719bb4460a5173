/** Which calls a limit is about, and whose it counts together. */
import type { Per } from '../../../api/per.ts';
import type { Limited } from '../../../mcp/limited.ts';
import { GlobSet } from '../../glob-set.ts';
import type { BundleCallLimit } from '../../rules/call-limits.ts';
import { PrincipalSet } from '../../rules/principals.ts';
import { historyVerdict } from '../../verdict.ts';
import type { HistoryEvent, Judged } from '../rule.ts';
import { whomOf } from '../whom.ts';

/** Names that callers make up must not fill the memory. */
const MAX_REMEMBERED = 256;

export class LimitScope {
  readonly id: string;
  readonly shadow: boolean;
  readonly #per: readonly Per[];
  readonly #isOfToolsOnly: boolean;
  readonly #tools: GlobSet<true> | undefined;
  readonly #remembered = new Map<string, boolean>();
  readonly #principals: PrincipalSet | undefined;

  /** `always`: what is counted apart whatever the pack says. */
  constructor({ id, per, tools, principals, mode }: BundleCallLimit, inShadow: boolean, always?: Per) {
    this.id = id;
    this.shadow = inShadow || mode === 'Shadow';
    this.#per = always === undefined || per.includes(always) ? per : [...per, always];
    this.#principals = principals === null ? undefined : new PrincipalSet(principals);
    if (tools !== null && !tools.includes('*')) {
      this.#tools = new GlobSet('name');
      for (const pattern of tools) this.#tools.add(pattern, true);
    }
    this.#isOfToolsOnly = tools !== null;
  }

  covers({ target, principal }: HistoryEvent): boolean {
    if (this.#isOfToolsOnly && target.kind !== 'tool') return false;
    if (this.#tools !== undefined && !this.#isNamed(this.#tools, target.name)) return false;
    return this.#principals === undefined || this.#principals.has(principal);
  }

  whom(event: HistoryEvent): readonly string[] {
    return whomOf(event, this.#per);
  }

  /** Whose they are, behind what is counted: ` of this tool by this caller`. */
  get whose(): string {
    return WORDS.flatMap(([one, words]) => (this.#per.includes(one) ? [words] : [])).join('');
  }

  denies(sentence: string, limited: Omit<Limited, 'policy'>): Judged {
    return { verdict: historyVerdict(this.id, 'Deny', sentence), limited: { policy: this.id, ...limited } };
  }

  #isNamed(tools: GlobSet<true>, name: string): boolean {
    const known = this.#remembered.get(name);
    if (known !== undefined) return known;
    const isNamed = tools.match(name).length > 0;
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(name, isNamed);
    return isNamed;
  }
}

const WORDS: readonly (readonly [Per, string])[] = [
  ['tool', ' of this tool'],
  ['principal', ' by this caller'],
  ['group', ' by a group of this caller'],
  ['session', ' in this session'],
  ['server', ' at this server'],
];
