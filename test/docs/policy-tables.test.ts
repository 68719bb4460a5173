/** The tables of the policy guide say what the policy decides. */
import { describe, expect, it } from 'vitest';
import { FAILURE_REASONS } from '../../core/conditions/failure.ts';
import { FUNCTIONS, OWN_FUNCTIONS } from '../../core/conditions/signatures.ts';
import { VARIABLES } from '../../core/conditions/variables.ts';
import { readNamePattern } from '../../core/api/patterns/names.ts';
import { loadDocuments } from '../../core/api/load.ts';
import { MODERN_VERSIONS, LEGACY_VERSIONS, findRevision } from '../../core/mcp/revisions/index.ts';
import type { Target, TargetKind } from '../../core/mcp/catalogue.ts';
import { CLIENT_REQUEST_KINDS } from '../../core/mcp/client-request.ts';
import type { JsonObject } from '../../core/mcp/message.ts';
import { compile } from '../../core/policy/compile.ts';
import { decideClientRequest } from '../../core/policy/decide-client-request.ts';
import { decideTarget } from '../../core/policy/decide.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { pack, policyOf, server } from '../../core/policy/testing/gen.ts';
import { rehearse } from '../../cli/policy-tests/rehearse-case.ts';
import { blocksOf, codeIn, readPage, tablesWith } from './pages.ts';

const page = readPage('docs/policy.md');
const me = { kind: 'token', name: 'me', groups: [] } as const;

function decide(policy: Policy, kind: TargetKind, name: string, args?: JsonObject): Verdict {
  return decideTarget(policy, me, { kind, name, args } satisfies Target);
}

/** The packs of the block of YAML that holds one of this name. */
function policyWith(packName: string): Policy {
  for (const { text } of blocksOf(page, 'yaml')) {
    const packs = loadDocuments(text, page.path).documents.filter(({ kind }) => kind === 'PolicyPack');
    if (!packs.some(({ value }) => value.metadata.name === packName)) continue;
    return policyOf(...packs.map(({ value }) => pack((value as ReturnType<typeof pack>).spec, value.metadata.name)));
  }
  return expect.fail(`no pack ${packName}`);
}

describe('rules combine as shown', () => {
  const [table] = tablesWith(page, 'Call', 'Rules that apply', 'Decision');
  const policy = policyWith('guardrails');

  it.each(table?.rows ?? [])('%s, by %s: %s', (call = '', rules = '', effect = '') => {
    const decision = decide(policy, 'tool', codeIn(call)[0] ?? '', {});
    expect(decision.effect).toBe(effect);
    const deciding = decision.rules.map((rule) => rule.replace('finance/', ''));
    expect(codeIn(rules)).toEqual(expect.arrayContaining(deciding));
  });
});

describe('constraints hold as shown', () => {
  const [table] = tablesWith(page, 'Arguments of `transfer`', 'Decision', 'Why');
  const policy = policyWith('payments');
  it('in a table', () => expect(table?.rows).toHaveLength(12));

  it.each(table?.rows ?? [])('%s: %s, %s', (args = '', effect = '') => {
    expect(decide(policy, 'tool', 'transfer', JSON.parse(codeIn(args)[0] ?? '') as JsonObject).effect).toBe(effect);
  });
});

describe('limits on all arguments hold as shown', () => {
  const [table] = tablesWith(page, 'Arguments', 'Decision', 'Why');
  const policy = policyWith('modest-arguments');
  it('in a table', () => expect(table?.rows).toHaveLength(6));

  it.each(table?.rows ?? [])('%s: %s, %s', async (args = '', effect = '', why = '') => {
    const one = {
      name: 'a',
      tool: 'any',
      arguments: JSON.parse(codeIn(args)[0] ?? '') as JsonObject,
      expect: 'Allow',
    } as const;
    const { verdict } = await rehearse(one, policy, { name: 'me' });
    expect([verdict.effect, verdict.findings.length]).toEqual([effect, effect === 'Deny' ? 1 : 0]);
    if (effect === 'Deny') expect(REASONS[codeIn(why)[0] ?? '']).toBe(verdict.findings[0]?.reason);
  });
});

const REASONS: Readonly<Record<string, string>> = {
  maxDepth: 'too-deep',
  maxLength: 'text-too-long',
  maxItems: 'list-too-long',
  maxProperties: 'too-many-keys',
  maxSize: 'too-large',
};

describe('conditions say what is shown', () => {
  const [table] = tablesWith(page, 'Arguments of `transfer` in a condition', 'Decision', 'Why');
  const policy = policyWith('transfers');
  it('in a table', () => expect(table?.rows).toHaveLength(8));

  it.each(table?.rows ?? [])('%s: %s, %s', (args = '', effect = '') => {
    expect(decide(policy, 'tool', 'transfer', JSON.parse(codeIn(args)[0] ?? '') as JsonObject).effect).toBe(effect);
  });

  it('with all variables and functions that there are', () => {
    const named = (header: readonly [string, ...string[]]) =>
      (tablesWith(page, ...header)[0]?.rows ?? []).flatMap(([cell = '']) =>
        codeIn(cell).map((code) => code.split('(')[0] ?? ''),
      );
    expect(named(['Variable', 'Of rules on', 'What it is']).toSorted()).toEqual(Object.keys(VARIABLES).toSorted());
    const own = OWN_FUNCTIONS.map((signature) => signature.split('(')[0] ?? '');
    expect(named(['Function', 'What it says']).toSorted()).toEqual(own.toSorted());
    for (const name of FUNCTIONS.filter((one) => !one.startsWith('get'))) expect(page.text).toContain(`\`${name}`);
    for (const reason of FAILURE_REASONS) expect(page.text).toContain(`\`${reason}\``);
  });
});

describe('what is in shadow is on record as shown', () => {
  const [table] = tablesWith(page, 'Call', 'Arguments', 'Decision', 'On record');
  const policy = policyWith('tried-out');
  it('in a table', () => expect(table?.rows).toHaveLength(3));

  it.each(table?.rows ?? [])('%s with %s: %s, %s', (call = '', args = '', effect = '', would = '') => {
    const verdict = decide(policy, 'tool', codeIn(call)[0] ?? '', JSON.parse(codeIn(args)[0] ?? '') as JsonObject);
    expect([verdict.effect, verdict.would?.effect ?? '']).toEqual([effect, would]);
  });
});

describe('detectors look at what the names of arguments say', () => {
  const [table] = tablesWith(page, 'Tool', 'Arguments', 'Decision');
  const policy = policyWith('baseline');
  it('in a table', () => expect(table?.rows).toHaveLength(7));

  it.each(table?.rows ?? [])('%s with %s: %s', (call = '', args = '', effect = '') => {
    const [text = ''] = codeIn(args);
    const verdict = decide(
      policy,
      'tool',
      codeIn(call)[0] ?? '',
      JSON.parse(text.replaceAll('\\|', '|')) as JsonObject,
    );
    expect(verdict.effect).toBe(effect);
  });
});

describe('patterns match as shown', () => {
  const rows = tablesWith(page, 'Pattern', 'Matches', 'Does not match').flatMap((table) => table.rows);
  it('in both tables', () => expect(rows).toHaveLength(6));

  it.each(rows)('%s matches %s, not %s', (cell = '', matching = '', others = '') => {
    const pattern = codeIn(cell)[0] ?? '';
    const isUri = pattern.includes('://');
    const policy = policyOf(
      isUri
        ? pack({ resources: [{ uris: [pattern], effect: 'Allow' }] })
        : pack({ tools: [{ names: [pattern], effect: 'Allow' }] }),
    );
    const effects = (text: string) =>
      codeIn(text).map((name) => decide(policy, isUri ? 'resource' : 'tool', name, isUri ? undefined : {}).effect);
    expect(new Set(effects(matching))).toEqual(new Set(['Allow']));
    expect(new Set(effects(others))).toEqual(new Set(['Deny']));
  });

  it('and spelling does not escape a Deny, as the text below says', () => {
    const policy = policyWith('uris');
    expect(decide(policy, 'resource', 'file:///data/x/.env').effect).toBe('Deny');
    expect(decide(policy, 'resource', 'file:///data/x/%2Eenv').effect).toBe('Deny');
    expect(decide(policy, 'resource', 'https://example.com').effect).toBe('Allow');
    expect(decide(policy, 'resource', 'file:///data/a%5cb').causes[0]?.kind).toBe('unreadable-target');
  });
});

describe('arguments are checked as shown', () => {
  const [table] = tablesWith(page, 'Argument', 'Decision');
  const policy = policyWith('reports');
  const cases = (table?.rows ?? []).flatMap(([argument = '', effect = '']) =>
    argument === 'none' ? [['none', effect] as const] : codeIn(argument).map((text) => [text, effect] as const),
  );

  it.each(cases)('%s: %s', (text, effect) => {
    const list = /^\[(.*)\]$/.exec(text)?.[1]?.split(', ');
    const value = list ?? (/^\d+$/.test(text) ? Number(text) : text);
    const args = text === 'none' ? {} : { path: value };
    expect(decide(policy, 'tool', 'read_text_file', args).effect).toBe(effect);
  });
});

describe('URLs and hosts are checked as shown', () => {
  const [table] = tablesWith(page, 'Tool', 'Argument', 'Value', 'Decision');
  const policy = policyWith('fetching');
  const cases = (table?.rows ?? []).flatMap(([tool = '', argument = '', values = '', effect = '']) =>
    codeIn(values).map((value) => [codeIn(tool)[0] ?? '', codeIn(argument)[0] ?? '', value, effect] as const),
  );
  it('in a table', () => expect(cases.length).toBeGreaterThan(20));

  it.each(cases)('%s, %s: %s: %s', (tool, argument, value, effect) => {
    expect(decide(policy, 'tool', tool, { [argument]: value }).effect).toBe(effect);
  });
});

describe('methods that MCP does not know are decided on as shown', () => {
  const [table] = tablesWith(page, 'Message', 'Asked by', 'Decision');
  const policy = policyWith('extensions');
  it('in a table', () => expect(table?.rows.length).toBeGreaterThan(3));

  it.each(table?.rows ?? [])('%s by %s: %s', (message = '', asking = '', effect = '') => {
    const principal = { kind: 'token', name: 'me', groups: codeIn(asking) } as const;
    const target = { kind: 'method', name: codeIn(message)[0] ?? '', args: undefined } as const;
    expect(decideTarget(policy, principal, target).effect).toBe(effect);
  });
});

describe('what servers ask is decided on as shown', () => {
  const visit = (policy: Policy, url: string) => decideClientRequest(policy, { kind: 'urlElicitation', url });

  it('each kind, where no pack speaks', () => {
    const [table] = tablesWith(page, 'Entry', 'Request of the server', 'Without any pack');
    expect(table?.rows.map(([entry = '']) => codeIn(entry)[0])).toEqual([...CLIENT_REQUEST_KINDS]);
    const effects = CLIENT_REQUEST_KINDS.map(
      (kind) => decideClientRequest(policyOf(), { kind, url: 'https://example.com/' }).effect,
    );
    expect(table?.rows.map(([, , effect = '']) => effect.split(',')[0])).toEqual(effects);
  });

  const [listed] = tablesWith(page, 'URL', 'Decision', 'Why');
  it.each(listed?.rows ?? [])('%s: %s, %s', (url = '', effect = '') => {
    expect(visit(policyWith('client-requests'), codeIn(url)[0] ?? '').effect).toBe(effect);
  });

  const [unsafe] = tablesWith(page, 'URL', 'Why');
  const urls = (unsafe?.rows ?? []).flatMap(([cell = '']) => codeIn(cell));
  it('in both tables', () => expect([listed?.rows.length, urls.length]).toEqual([5, 8]));

  it.each(urls)('%s is refused whatever packs say', (url) => {
    expect(visit(policyOf(), url)).toMatchObject({ effect: 'Deny', causes: [{ kind: 'unreadable-target' }] });
  });
});

describe('names in another pattern language', () => {
  const rows = tablesWith(page, 'Written', 'Meant', 'Here').flatMap((table) => table.rows);
  const patterns = rows.flatMap(([written = '', , here = '']) =>
    codeIn(written).map((pattern) => [pattern.replaceAll('\\|', '|'), /^\w+/.exec(here)?.[0] ?? ''] as const),
  );

  it.each(patterns)('%j: %s', (pattern, outcome) => {
    const found = readNamePattern(pattern, 'tool') ?? expect.fail('nothing is said of it');
    expect(found.impossible ? 'refused' : 'warning').toBe(outcome);
  });

  it('are shown', () => {
    expect(patterns.length).toBeGreaterThan(8);
  });
});

describe('limits', () => {
  const rows = tablesWith(page, 'Limit', 'What it is').flatMap((table) => table.rows);
  const columns = (column: number) =>
    Object.fromEntries(rows.map((row) => [codeIn(row[0] ?? '')[0], row[column] ?? ''] as const));
  const limitsOf = (cells: Record<string, string>) => {
    const batch = Number(cells['batch']);
    return compile(server(), [pack({ limits: { ...cells, batch } })]).bundle.limits;
  };

  it('are what holds where no pack names any', () => {
    expect(compile(server(), []).bundle.limits).toEqual(limitsOf(columns(4)));
  });

  it('go as far as shown', () => {
    const [lowest, highest] = [limitsOf(columns(2)), limitsOf(columns(3))];
    expect(lowest).toEqual({ body: 1024, batch: 0, sessionIdleMs: 60_000 });
    expect(highest).toEqual({ body: 4_194_304, batch: 100, sessionIdleMs: 86_400_000 });
  });
});

describe('methods', () => {
  const requests = [...LEGACY_VERSIONS, ...MODERN_VERSIONS].flatMap((version) =>
    Array.from(findRevision(version)?.requests ?? []),
  );
  const through = (door: string) => new Set(requests.filter(([, rule]) => rule.door === door).map(([name]) => name));

  it('that are decided on are all listed', () => {
    const rows = tablesWith(page, 'Method').flatMap((table) => table.rows);
    expect(new Set(rows.flatMap((row) => codeIn(row[0] ?? '')))).toEqual(
      new Set([...through('decide'), ...through('listen')]),
    );
  });

  it('about tasks are all named', () => {
    const [, text = ''] = /Requests about a task are for the principal whose call began it:(.*)/.exec(page.text) ?? [];
    expect(new Set(codeIn(text))).toEqual(through('task'));
  });

  it('that pass without a rule are all named', () => {
    const [, text = ''] = /pass for every caller who is let in:([^]*?)the list requests/.exec(page.text) ?? [];
    expect(new Set(codeIn(text))).toEqual(through('pass'));
  });
});
