/** What a large installation has: servers and packs of many teams, most of them in namespaces of their own, many in one. */
import { LABEL } from '../../operator/names.ts';
import type { KubeObjectInput, RawObject } from '../../operator/kit/resource.ts';

type Input = KubeObjectInput & Pick<RawObject, 'apiVersion' | 'kind' | 'metadata' | 'spec'>;

export interface Population {
  readonly namespaces: readonly {
    readonly metadata: { readonly name: string; readonly labels: Record<string, string> };
  }[];
  readonly servers: readonly Input[];
  readonly packs: readonly Input[];
  /** The namespace with more servers than all others. */
  readonly crowded: string;
}

export interface Size {
  readonly servers: number;
  readonly packs: number;
  readonly namespaces: number;
}

const API_VERSION = 'sallyport.dev/v1alpha1';
/** One server in five is in the first namespace. */
const CROWD = 5;
/** One pack in twenty is of the platform team, in the root namespace. */
const ROOT_PACKS = 20;
const TEAMS = ['payments', 'search', 'support', 'logistics', 'research'];
const TIERS = ['gold', 'silver', 'bronze'];

/** The pack of the root namespace that applies to every server. */
export const BASELINE = 'baseline';

export function populate(rootNamespace: string, size: Size): Population {
  const names = Array.from({ length: size.namespaces }, (_, i) => `team-${i}`);
  const crowd = Math.floor(size.servers / CROWD);
  const rootPacks = Math.max(1, Math.floor(size.packs / ROOT_PACKS));
  return {
    namespaces: names.map((name, i) => ({
      metadata: { name, labels: { [LABEL.injection]: 'enabled', team: at(TEAMS, i) } },
    })),
    servers: Array.from({ length: size.servers }, (_, i) => server(at(names, i < crowd ? 0 : i), i)),
    packs: Array.from({ length: size.packs }, (_, i) =>
      i < rootPacks ? rootPack(rootNamespace, i) : localPack(at(names, i), i),
    ),
    crowded: at(names, 0),
  };
}

function server(namespace: string, i: number): Input {
  const name = `server-${i}`;
  return {
    apiVersion: API_VERSION,
    kind: 'MCPServer',
    metadata: { namespace, name, labels: { app: name, tier: at(TIERS, i) } },
    spec: {
      workload: { selector: { matchLabels: { app: name } }, port: 'mcp', path: '/mcp' },
      access: { tokens: { secretName: 'clients' } },
    },
  };
}

/** The first is for everybody, each other one for the namespaces of a team. */
function rootPack(namespace: string, i: number): Input {
  const selector = i === 0 ? {} : { namespaceSelector: { matchLabels: { team: at(TEAMS, i) } } };
  return pack(namespace, i === 0 ? BASELINE : `platform-${i}`, selector, rules(i));
}

function localPack(namespace: string, i: number): Input {
  const targets = i % 2 === 0 ? {} : { targets: { matchLabels: { tier: at(TIERS, i) } } };
  return pack(namespace, `rules-${i}`, targets, rules(i));
}

function pack(namespace: string, name: string, where: object, tools: readonly object[]): Input {
  return { apiVersion: API_VERSION, kind: 'PolicyPack', metadata: { namespace, name }, spec: { ...where, tools } };
}

/** About what a team writes: some reading, some writing in their own folders, some that needs a person, some never. */
function rules(i: number): object[] {
  const folder = `/srv/team-${i}`;
  return [
    { name: 'reading', names: ['get_*', 'list_*', 'search_*'], effect: 'Allow' },
    {
      name: 'own-files',
      names: ['read_file', 'write_file'],
      effect: 'Allow',
      arguments: { path: { type: 'path', roots: [folder] } },
    },
    { name: 'agents-may-talk', names: ['send_message'], effect: 'Log', principals: { groups: ['agents'] } },
    {
      name: 'money',
      names: ['transfer_*', 'refund_*'],
      effect: 'RequireApproval',
      reason: 'money needs a second person',
    },
    {
      name: 'nothing-is-deleted',
      names: ['delete_*', 'drop_*'],
      effect: 'Deny',
      reason: 'nothing is deleted by agents',
    },
  ];
}

function at(list: readonly string[], i: number): string {
  return list[i % list.length] as string;
}
