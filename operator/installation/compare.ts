/**
 * Whether an object that the chart installs still says what the chart says. Names prove nothing: a binding with `validationActions:
 * [Audit]` or a webhook with another selector has the right one and does not hold anybody. Both sides are brought into one form first,
 * because the API server writes defaults into what it is given.
 */
import { canonicalJson } from '../../core/canonical-json.ts';
import { sha256 } from '../../core/digest.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What an absent field of these kinds means (admissionregistration.k8s.io/v1); said or not said, it is the same. */
const DEFAULTS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['matchPolicy', 'Equivalent'],
  ['failurePolicy', 'Fail'],
  ['reinvocationPolicy', 'Never'],
  ['scope', '*'],
  ['timeoutSeconds', 10],
  ['port', 443],
]);

/**
 * Azure's AKS adds these to the namespace selector of every webhook, to keep its own namespaces from depending on it, and adds them
 * again when they are taken out. https://learn.microsoft.com/azure/aks/faq (Admissions Enforcer)
 */
const ADDED_BY_PLATFORMS = new Set(['control-plane', 'kubernetes.azure.com/managedby']);

/** What an admission policy or one of its bindings says: its whole spec. */
export function policyContent(object: object): Json {
  return plain((('spec' in object ? object.spec : undefined) ?? null) as Json);
}

interface Webhook {
  readonly [field: string]: Json | undefined;
  readonly name?: string;
  readonly clientConfig?: { readonly [field: string]: Json };
  readonly namespaceSelector?: { readonly [field: string]: Json };
}

/** What a webhook configuration says, by the names of its webhooks; without the certificates, which the operator writes. */
export function webhookContent(object: object): Json {
  const webhooks = 'webhooks' in object ? object.webhooks : undefined;
  const entries = (Array.isArray(webhooks) ? webhooks : []) as Webhook[];
  return plain(
    Object.fromEntries(
      entries.map(({ name = '', clientConfig, namespaceSelector, ...rest }) => [
        name,
        {
          ...rest,
          clientConfig: { ...clientConfig, caBundle: null },
          namespaceSelector: ownPart(namespaceSelector ?? {}),
        },
      ]),
    ),
  );
}

/** `sha256:…` of a content in its one form. */
function contentDigest(content: Json): string {
  return sha256(canonicalJson(content));
}

/** The first place at which two contents differ, as a sentence; undefined: they say the same. */
export function differenceOf(found: Json, wanted: Json, path = 'spec'): string | undefined {
  if (contentDigest(found) === contentDigest(wanted)) return undefined;
  if (isMap(found) && isMap(wanted)) {
    for (const key of new Set([...Object.keys(wanted), ...Object.keys(found)])) {
      const inside = differenceOf(found[key] ?? null, wanted[key] ?? null, `${path}.${key}`);
      if (inside !== undefined) return inside;
    }
  }
  if (Array.isArray(found) && Array.isArray(wanted) && found.length === wanted.length) {
    for (const [index, item] of (wanted as readonly Json[]).entries()) {
      const inside = differenceOf((found as readonly Json[])[index] ?? null, item, `${path}[${index}]`);
      if (inside !== undefined) return inside;
    }
  }
  const key = path.slice(path.lastIndexOf('.') + 1);
  return `${path} is ${shown(found, key)}, in the chart it is ${shown(wanted, key)}`;
}

/** Without defaults, and without what is empty: both mean what an absent field means. */
function plain(value: Json, key = ''): Json {
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) => plain(item));
    // A set: the API server keeps the order in which it was written last.
    return key === 'validationActions'
      ? items.toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1))
      : items;
  }
  // Its keys are labels, whatever they are called: a label `failurePolicy=Fail` is none of the defaults, and would unbind everybody.
  if (!isMap(value) || key === 'matchLabels') return value;
  const entries = Object.entries(value).flatMap(([name, member]): [string, Json][] => {
    if (DEFAULTS.get(name) === member) return [];
    const content = plain(member, name);
    return isEmpty(content) ? [] : [[name, content]];
  });
  return Object.fromEntries(entries);
}

/** Of webhooks alone: a policy is evaluated by the API server itself, so no namespace depends on anything by it. */
function ownPart({ matchExpressions, ...selector }: { readonly [field: string]: Json }): Json {
  const expressions = Array.isArray(matchExpressions) ? (matchExpressions as readonly Json[]) : [];
  return { ...selector, matchExpressions: expressions.filter((expression) => !isAddedByPlatform(expression)) };
}

function isAddedByPlatform(expression: Json): boolean {
  if (!isMap(expression)) return false;
  const { key, operator } = expression;
  const isKnown = typeof key === 'string' && ADDED_BY_PLATFORMS.has(key);
  return isKnown && (operator === 'NotIn' || operator === 'DoesNotExist');
}

function isEmpty(content: Json): boolean {
  return content === null || (typeof content === 'object' && Object.keys(content).length === 0);
}

function isMap(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const MAX_SHOWN = 100;

function shown(said: Json, key: string): string {
  const value = said ?? DEFAULTS.get(key) ?? null;
  if (value === null) return 'not said';
  const text = JSON.stringify(value);
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
}
