/** A bundle made ready for decisions: everything that can be paid once is paid here. */
import type { TargetKind } from '../mcp/catalogue.ts';
import { CLIENT_REQUEST_KINDS, type ClientRequestKind } from '../mcp/client-request.ts';
import type { ContentPlace } from '../api/rules/content-places.ts';
import { type AskedScopes, askedScopes } from './asked-scopes.ts';
import type { Bundle } from './bundle.ts';
import { ArgumentLimits } from './by-limits.ts';
import type { SchemaRule } from './by-schema.ts';
import { CachePlans } from './cache/cache-plans.ts';
import { DefinitionRules } from './definitions.ts';
import { Halts } from './halts.ts';
import { HistoryRules } from './history/history-rules.ts';
import { ContentPlans } from './content/content-plans.ts';
import { RuleIndex } from './rule-index.ts';
import { ClientRequestRule } from './rules/client-requests.ts';
import { PackDetectors } from './rules/detectors.ts';
import { TARGET_RULES } from './rules/pack.ts';

export class Policy {
  readonly bundle: Bundle;
  /** `sha256:…` of the bundle's canonical text. */
  readonly revision: string;
  /** On what the server says of itself and of what it offers. */
  readonly definitions: DefinitionRules;
  /** The packs that hold arguments against the schemas of tools. */
  readonly inputSchemas: readonly SchemaRule[];
  /** Whether calls of tools may wait for a person. */
  readonly holdsCalls: boolean;
  readonly askedScopes: AskedScopes;
  /** How large arguments may be; undefined: nobody says. */
  readonly argumentLimits: ArgumentLimits | undefined;
  /** Which results are kept; undefined: none. */
  readonly cache: CachePlans | undefined;
  /** Undefined: nothing is halted. */
  readonly halts: Halts | undefined;
  /** Undefined: no rule knows what came before. */
  readonly history: HistoryRules | undefined;
  readonly #indexes: Readonly<Record<TargetKind, RuleIndex>>;
  readonly #content: Readonly<Record<ContentPlace, ContentPlans>>;
  readonly #clientRequests: Readonly<Record<ClientRequestKind, ClientRequestRule[]>>;

  constructor(bundle: Bundle, revision: string) {
    this.bundle = bundle;
    this.revision = revision;
    this.definitions = new DefinitionRules(bundle);
    this.inputSchemas = bundle.packs.flatMap(schemaRules);
    this.holdsCalls = bundle.packs.some(holdsCalls);
    this.halts = Halts.of(bundle.packs);
    this.cache = CachePlans.of(bundle.packs);
    this.history = HistoryRules.of(bundle);
    this.askedScopes = askedScopes(bundle.packs);
    this.argumentLimits = ArgumentLimits.of(bundle.packs);
    this.#indexes = byKind(TARGET_RULES.map(({ target, names }) => [target, new RuleIndex(names)]));
    this.#clientRequests = byKind(CLIENT_REQUEST_KINDS.map((kind) => [kind, []]));
    const { packs } = bundle;
    this.#content = { arguments: new ContentPlans(packs, 'arguments'), results: new ContentPlans(packs, 'results') };
    for (const pack of packs) {
      const shadow = pack.mode === 'Shadow';
      for (const rule of pack.rules) this.#indexes[rule.target].add(rule, shadow);
      for (const rule of pack.shadowRules ?? []) this.#indexes[rule.target].add(rule, true);
      for (const rule of pack.clientRequests) this.#clientRequests[rule.kind].push(new ClientRequestRule(rule, shadow));
      for (const rule of pack.shadowClientRequests ?? [])
        this.#clientRequests[rule.kind].push(new ClientRequestRule(rule, true));
      const { detectors } = this.#indexes.tool;
      if (pack.detectors !== undefined) detectors.push(new PackDetectors(pack.detectors, shadow));
      if (pack.shadowDetectors !== undefined) detectors.push(new PackDetectors(pack.shadowDetectors, true));
    }
    // What only records comes last: what it costs must not refuse anything.
    this.#indexes.tool.detectors.sort((a, b) => Number(a.shadow) - Number(b.shadow));
  }

  /** Whether deciding about a kind needs a budget. */
  isCostly(kind: TargetKind): boolean {
    return this.#indexes[kind].isCostly;
  }

  index(kind: TargetKind): RuleIndex {
    return this.#indexes[kind];
  }

  /** What is looked for in what clients send, or in what servers say. */
  content(place: ContentPlace): ContentPlans {
    return this.#content[place];
  }

  /** What the packs say of a kind of request, one entry for each that says something. */
  clientRequests(kind: ClientRequestKind): readonly ClientRequestRule[] {
    return this.#clientRequests[kind];
  }
}

function schemaRules({ mode, inputSchema, shadowInputSchema }: Bundle['packs'][number]): SchemaRule[] {
  const enforced = inputSchema === undefined ? [] : [{ ...inputSchema, shadow: mode === 'Shadow' }];
  return shadowInputSchema === undefined ? enforced : [...enforced, { ...shadowInputSchema, shadow: true }];
}

/** What only records in shadow asks nobody. */
function holdsCalls({ mode, rules, risk, ...pack }: Bundle['packs'][number]): boolean {
  if (mode === 'Shadow') return false;
  const { dlp = [], sequences = [], taint = [], budgets = [] } = pack;
  const entries = [...dlp, ...sequences, ...taint, ...budgets].filter((entry) => entry.mode !== 'Shadow');
  return (
    (risk !== undefined && risk.mode !== 'Shadow' && risk.approveAt !== null) ||
    [...rules.filter(({ target }) => target === 'tool'), ...entries].some(({ effect }) => effect === 'RequireApproval')
  );
}

function byKind<Kind extends string, Value>(entries: readonly (readonly [Kind, Value])[]): Record<Kind, Value> {
  return Object.fromEntries(entries) as Record<Kind, Value>;
}
