/** The pack that halts, as `sallyport halt` and `kubectl sallyport halt` write it. Pure. */
import { API_VERSION } from '../core/api/common.ts';
import { usageError } from './errors.ts';

export interface HaltWords {
  readonly reason: string;
  readonly tool?: readonly string[];
  readonly principal?: readonly string[];
  readonly group?: readonly string[];
}

export interface HaltPack {
  readonly apiVersion: string;
  readonly kind: 'PolicyPack';
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: {
    readonly targets?: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly halt: object;
  };
}

interface Place {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export function haltPack(
  { reason, tool, principal, group }: HaltWords,
  by: string,
  { name, namespace, labels }: Place,
): HaltPack {
  const names = principal === undefined ? {} : { names: [...principal] };
  const groups = group === undefined ? {} : { groups: [...group] };
  const isOfSome = principal !== undefined || group !== undefined;
  return {
    ...{ apiVersion: API_VERSION, kind: 'PolicyPack' },
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    spec: {
      ...(labels === undefined ? {} : { targets: { matchLabels: labels } }),
      halt: {
        ...{ reason, by },
        ...(tool === undefined ? {} : { tools: [...tool] }),
        ...(isOfSome ? { principals: { ...names, ...groups } } : {}),
      },
    },
  };
}

/** `app=ledger,team=treasury`. */
export function labelsIn(selector: string): Record<string, string> {
  const pairs = selector.split(',').map((pair): [string, string] => {
    const [key = '', value, ...more] = pair.split('=').map((part) => part.trim());
    if (key === '' || key.endsWith('!') || value === undefined || value === '' || more.length > 0)
      throw usageError(`-l ${selector} is not a list of labels with values`, 'write for example app=ledger-mcp');
    return [key, value];
  });
  return Object.fromEntries(pairs);
}

/** What fits into the name of an object. */
export function haltName(labels: Readonly<Record<string, string>> | undefined): string {
  const said = Object.values(labels ?? {})
    .join('-')
    .toLowerCase();
  const fitting = said
    .replaceAll(/[^a-z0-9-]/g, '-')
    .slice(0, 50)
    .replaceAll(/^-+|-+$/g, '');
  return fitting === '' ? 'halt' : `halt-${fitting}`;
}
