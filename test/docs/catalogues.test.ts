/** Pages that list everything of a kind: nothing is missing, nothing is invented. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createProgram } from '../../cli/program.ts';
import { AUDIT_LINES } from '../../core/audit/schema/lines.ts';
import { verifyChunks } from '../../core/audit/verify-chunks.ts';
import { placesOf, sideOf } from '../../core/mcp/refusal-advice.ts';
import { REFUSAL_REASONS, refuse } from '../../core/mcp/refusals.ts';
import { readConfig } from '../../sidecar/config.ts';
import { allRegistered, gateRegistry, namesInSource, type Registered, registeredIn } from './own-metrics.ts';
import { allPages, blocksOf, codeIn, guides, headingsOf, readPage, root, tablesWith } from './pages.ts';

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].toSorted();

/** The first code in the first column of the tables with that title. */
function listed(path: string, ...head: string[]): string[] {
  return tablesWith(readPage(path), ...head).flatMap(({ rows }) => rows.map((row) => codeIn(row[0] ?? '')[0] ?? ''));
}

function source(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

describe('audit.md', () => {
  const codes = (name: string): string[] => {
    const [, block = ''] = source('core/audit/report.ts').split(`export type ${name} =`);
    return [...(block.split(';', 1)[0] ?? '').matchAll(/'([a-z-]+)'/g)].map(([, code = '']) => code);
  };

  it('has each finding and each warning of verify, and no other', () => {
    const ofLines = codes('FindingCode').concat(
      [...source('core/audit/parse-line.ts').matchAll(/LineProblem = (.*);/g)].flatMap(([line]) =>
        [...line.matchAll(/'([a-z-]+)'/g)].map(([, code = '']) => code),
      ),
    );
    expect(sorted(listed('docs/audit.md', 'Finding', 'What it means'))).toEqual(sorted(ofLines));
    expect(sorted(listed('docs/audit.md', 'Warning', 'What it means'))).toEqual(sorted(codes('WarningCode')));
  });

  it('says of each failure what a test of that name shows', () => {
    const tests = source('test/e2e/audit-faults.test.ts') + source('sidecar/audit/log.test.ts');
    const [table] = tablesWith(readPage('docs/audit.md'), 'What happens', 'Calls');
    const rows = table?.rows.map(([what = '']) => what) ?? [];
    expect(rows.length).toBeGreaterThan(5);
    for (const what of rows) expect(tests).toContain(`('${what}`);
  });
});

describe('errors.md', () => {
  const page = readPage('docs/errors.md');
  const sections = page.text.split(/^### /m).slice(1);

  it('has a section for every reason, and for no other', () => {
    expect(sections.map((section) => section.split('\n')[0])).toEqual(REFUSAL_REASONS);
  });

  it.each(sections.map((section) => [section.split('\n')[0] ?? '', section] as const))(
    'says status, code, title and mend of %s',
    (reason, section) => {
      const refusal = refuse(REFUSAL_REASONS.find((known) => known === reason) ?? expect.fail());
      const { status, code, message } = refusal;
      expect(section).toContain(`\n\nHTTP ${status} · code ${code} · ${message}\n\n`);
      const answered = refusal.statusIn(undefined, 'answer');
      if (answered === status || status === 202) expect(section).not.toContain('to a call whose id can be read.\n');
      else expect(section).toContain(`\n\nHTTP ${answered} to a call whose id can be read.\n\n`);
      const modern = refusal.statusIn('modern');
      if (modern === status) expect(section).not.toContain(' in 2026-07-28.\n');
      else expect(section).toContain(`HTTP ${modern} in 2026-07-28.\n`);
      const { reason: known } = refusal;
      expect(section).toContain(`\n**Side:** ${sideOf(known)} · **Told to:** ${placesOf(known).join(', ')}\n`);
      expect(section).toMatch(/^\*\*Mend:\*\* .+/m);
    },
  );
});

describe('metrics', async () => {
  const all = await allRegistered();
  const own = all.filter(({ name }) => name.startsWith('sallyport_'));

  it('of a gate are listed with type and labels', async () => {
    const [table] = tablesWith(readPage('docs/metrics.md'), 'Name', 'Type', 'Labels');
    const rows = (table?.rows ?? []).map(([name = '', type = '', labels = '']) => ({
      name: codeIn(name)[0] ?? '',
      type,
      labels: codeIn(labels),
    }));
    const byName = (a: Registered, b: Registered): number => a.name.localeCompare(b.name);
    expect(rows.toSorted(byName)).toEqual((await registeredIn(gateRegistry())).toSorted(byName));
  });

  it('that the code names are all registered where the tests look', () => {
    expect(sorted(namesInSource())).toEqual(sorted(own.map(({ name }) => name)));
  });

  it.each(own)('$name is on a page, and named as Prometheus asks', ({ name, type }) => {
    expect(guides.some(({ text }) => text.includes(`\`${name}\``))).toBe(true);
    // Base units, and a suffix for what only grows: https://prometheus.io/docs/practices/naming/
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(name).toMatch(type === 'histogram' ? /_(seconds|bytes)$/ : /[a-z]$/);
    expect(name).not.toMatch(/_(ms|milliseconds|minutes|hours|kib|mib|megabytes|percent|count|sum)(_|$)/);
  });

  it.each(allPages)('that $path names exist', ({ text }) => {
    const names = new Set(own.map(({ name }) => name));
    const named = Array.from(text.matchAll(/\bsallyport_[a-z]+_[a-z_]*[a-z]\b/g), ([name]) =>
      name.replace(/_bucket$/, ''),
    );
    expect(named.filter((name) => !names.has(name))).toEqual([]);
  });
});

describe('environment variables', () => {
  const used = (...paths: string[]): string[] =>
    sorted(
      paths.flatMap((path) => Array.from(source(path).matchAll(/env\['(SALLYPORT_\w+)'\]/g), ([, name = '']) => name)),
    );
  const asked = new Set<string>();
  const environment = new Proxy<Record<string, string | undefined>>(
    {
      SALLYPORT_UPSTREAM: 'http://127.0.0.1/mcp',
      SALLYPORT_OPERATOR_URL: 'https://operator',
      SALLYPORT_ARCHIVE_URL: 'https://archive',
      SALLYPORT_POD_IP: '10.0.0.1',
      SALLYPORT_PROBES: '[]',
      SALLYPORT_PASSTHROUGH: '[]',
      SALLYPORT_FURTHER_PORTS: '[]',
    },
    {
      get: (target, name: string) => (
        asked.add(name),
        target[name] ?? (/_PORT$|_DRAIN(_\w+)?$|_END_WITHIN$|_AUDIT_/.test(name) ? undefined : 'x')
      ),
    },
  );
  readConfig(environment);
  const ofSidecar = sorted(asked);
  // The last is for MCP clients: `connect` prints its name.
  const ofCommand = [...used('cli/paths.ts', 'cli/main.ts', 'sidecar/audit/limits.ts'), 'SALLYPORT_TOKEN'].toSorted();

  const ofTests = used(
    'test/cluster/support/cache.ts',
    'test/cluster/support/base-image.ts',
    'test/cluster/shared-node.ts',
    'test/cluster/tools.ts',
    'scripts/build.ts',
  );

  it('of the sidecar are all listed, with their defaults', () => {
    const [table] = tablesWith(readPage('docs/sidecar.md'), 'Variable', 'Default');
    const rows = new Map((table?.rows ?? []).map(([name = '', standard = '']) => [codeIn(name)[0] ?? '', standard]));
    expect(sorted(rows.keys())).toEqual(ofSidecar);
    const required = {
      SALLYPORT_UPSTREAM: 'http://a',
      SALLYPORT_SERVER: 'a/b',
      SALLYPORT_BUNDLE_DIR: '/b',
      SALLYPORT_STATE_DIR: '/s',
    };
    for (const name of Object.keys(required)) {
      expect(rows.get(name)).toBe('required');
      expect(() => readConfig({ ...required, [name]: undefined })).toThrow(name);
    }
    const config = readConfig(required);
    const standards = {
      SALLYPORT_HOST: config.host ?? 'all addresses, of IPv4 and IPv6',
      SALLYPORT_PORT: config.port,
      SALLYPORT_ADMIN_HOST: config.adminHost ?? 'all addresses, of IPv4 and IPv6',
      SALLYPORT_ADMIN_PORT: config.adminPort,
      SALLYPORT_HOP_PORT: config.hopPort,
      SALLYPORT_DRAIN: `${config.drainMs / 1000}s`,
      SALLYPORT_DRAIN_DELAY: `${config.drainDelayMs / 1000}s`,
      SALLYPORT_LOG_LEVEL: config.logLevel,
    };
    for (const [name, standard] of Object.entries(standards))
      expect(rows.get(name)?.replaceAll('`', '')).toBe(`${standard}`);
  });

  it('of the command are all listed', () => {
    expect(sorted(listed('docs/cli.md', 'Variable', 'Default'))).toEqual(ofCommand);
  });

  it.each(allPages)('that $path names exist', ({ text }) => {
    const named = Array.from(text.matchAll(/\bSALLYPORT_[A-Z_]+\b/g), ([name]) => name);
    const known = new Set([...ofSidecar, ...ofCommand, ...ofTests]);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('the image', () => {
  it('has the build arguments that are listed, with their defaults', () => {
    const rows = (tablesWith(readPage('docs/sidecar.md'), 'Build argument')[0]?.rows ?? []).map((row) =>
      row
        .slice(0, 2)
        .map((cell) => codeIn(cell)[0])
        .join('='),
    );
    const args = Array.from(source('Dockerfile.sidecar').matchAll(/^ARG (\S+)$/gm), ([, arg = '']) => arg);
    expect(sorted(rows)).toEqual(sorted(args));
  });
});

describe('cli.md', () => {
  const leaves = (command: Command, path: string): [string, Command][] =>
    command.commands.length === 0
      ? [[path, command]]
      : command.commands.flatMap((sub) => leaves(sub, `${path} ${sub.name()}`));
  const commands = leaves(createProgram(), 'sallyport');
  const page = readPage('docs/cli.md');

  it('has a section for every command, and for no other', () => {
    expect(headingsOf(page).filter((heading) => heading.startsWith('sallyport '))).toEqual(
      commands.map(([name]) => name),
    );
  });

  it.each(commands)('%s: options and defaults', (name, command) => {
    const [, section = ''] = page.text.split(`\n## ${name}\n`);
    const text = section.split('\n## ')[0] ?? '';
    expect(blocksOf({ path: page.path, text }, 'sh')[0]?.text).toContain(name);
    const rows = tablesWith({ path: page.path, text }, 'Option', 'Default').flatMap((table) => table.rows);
    const standard = (value: string | undefined): string => (value === undefined ? '' : `\`${value}\``);
    expect(rows.map((row) => row.slice(0, 2))).toEqual(
      command.options.map((option) => [
        `\`${option.flags}\``,
        option.mandatory ? 'required' : standard(option.defaultValue as string | undefined),
      ]),
    );
    for (const option of command.options) {
      for (const choice of option.argChoices ?? []) expect(text).toContain(`\`${choice}\``);
    }
  });
});

describe('audit.md', () => {
  const page = readPage('docs/audit.md');

  it('lists every field, and no other', () => {
    const fields = Object.values(AUDIT_LINES).flatMap(({ shape }) => fieldsOf(shape));
    expect(sorted(listed(page.path, 'Field', 'What it is'))).toEqual(sorted(fields));
  });

  it('lists every event', () => {
    expect(listed(page.path, 'Event', 'What it says')).toEqual(Object.keys(AUDIT_LINES));
  });

  it('lists every outcome', () => {
    const outcomes = /export type Outcome =([^;]*);/.exec(source('sidecar/telemetry/outcome.ts'))?.[1] ?? '';
    const known = Array.from(outcomes.matchAll(/^ *\| '([\w-]+)'/gm), ([, name = '']) => name);
    expect(listed(page.path, 'Outcome')).toEqual(known);
  });

  it('lists every finding', () => {
    const unions = [source('core/audit/report.ts'), source('core/audit/parse-line.ts')].flatMap((text) =>
      Array.from(text.matchAll(/export type (?:FindingCode|LineProblem) =([^;]*);/g), ([, union = '']) => union),
    );
    const codes = unions.flatMap((union) => Array.from(union.matchAll(/'([\w-]+)'/g), ([, code = '']) => code));
    expect(sorted(listed(page.path, 'Finding'))).toEqual(sorted(codes));
  });

  it('shows lines that verify', async () => {
    const [block] = blocksOf(page, 'jsonl');
    const report = await verifyChunks([Buffer.from(`${block?.text}\n`)]);
    expect(report).toMatchObject({ ok: true, records: 3, streams: 1, findings: [], warnings: [] });
  });
});

/** As the page has them: what is below a field of an object has a row of its own, and what is below that has none. */
function fieldsOf(shape: Readonly<Record<string, z.ZodType>>): string[] {
  return Object.entries(shape).flatMap(([name, field]) => {
    const bare = bareOf(field);
    return bare instanceof z.ZodObject ? Object.keys(bare.shape as object).map((below) => `${name}.${below}`) : [name];
  });
}

function bareOf(field: z.ZodType): z.ZodType {
  return field instanceof z.ZodOptional || field instanceof z.ZodNullable ? bareOf(field.unwrap() as z.ZodType) : field;
}

describe('pages', () => {
  it.each(guides)('$path begins with its one title', ({ path, text }) => {
    expect(headingsOf({ path, text })[0]).toBe(/^# (.*)/.exec(text)?.[1]);
  });
});
