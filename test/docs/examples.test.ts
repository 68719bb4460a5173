/** What the pages show can be done as it stands there. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../archive/config.ts';
import { readCaseFile } from '../../cli/policy-tests/case-file.ts';
import { coverageOf } from '../../cli/policy-tests/coverage.ts';
import { hasPassed, runCaseFile } from '../../cli/policy-tests/run-cases.ts';
import { createProgram } from '../../cli/program.ts';
import { lint } from '../../cli/lint.ts';
import { formatProblem } from '../../core/api/problem.ts';
import { callsIn, faultOf } from './command-line.ts';
import { allPages, blocksOf, codeIn, guides, proseOf, readPage, root } from './pages.ts';

const yaml = guides.flatMap((page) => blocksOf(page, 'yaml'));
const shell = guides.flatMap((page) => blocksOf(page, 'sh'));
const program = createProgram();

const values = parse(readFileSync(join(root, 'charts/sallyport/values.yaml'), 'utf8')) as object;

/** Paths of what the chart has no value for. */
function unknownValues(written: object, known: unknown, prefix = ''): string[] {
  return Object.entries(written).flatMap(([name, value]) => {
    const path = `${prefix}${name}`;
    const there = typeof known === 'object' && known !== null && name in known;
    if (!there) return [path];
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isMap ? unknownValues(value, (known as Record<string, unknown>)[name], `${path}.`) : [];
  });
}

describe('YAML', () => {
  it('is there', () => expect(yaml.length).toBeGreaterThan(10));

  it.each(yaml.map((block) => [`${block.page}:${block.line}`, block.text] as const))('of %s loads', (path, text) => {
    if (/^tests:/m.test(text)) {
      expect(readCaseFile(text, path)).toHaveProperty('tests');
      return;
    }
    if (path.startsWith('docs/archive.md')) {
      expect(() => parseConfig(text, path)).not.toThrow();
      return;
    }
    if (/^(?:approvals|notifications):/.test(text)) {
      expect(unknownValues(parse(text) as object, values)).toEqual([]);
      return;
    }
    // Part of a kind of Flux; test/docs/kubernetes.test.ts holds it to the file that Flux's own engine is tried with.
    if (text.startsWith('healthCheckExprs:')) return;
    // The kind of somebody else.
    if (text.startsWith('apiVersion: cert-manager.io/')) return;
    expect(text).toContain('apiVersion: sallyport.dev');
    const { problems, warnings } = lint([{ path, text }]);
    expect([...problems, ...warnings].map(formatProblem)).toEqual([]);
  });
});

describe('the cases of the policy guide', async () => {
  const blocks = blocksOf(readPage('docs/policy.md'), 'yaml').map(({ text }) => text);
  const at = blocks.findIndex((text) => /^tests:/m.test(text));
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-docs-'));
  // They are of the pack that is shown before them.
  writeFileSync(join(folder, 'records.yaml'), blocks[at - 1] ?? '');
  writeFileSync(join(folder, 'records.test.yaml'), blocks[at] ?? '');
  const result = await runCaseFile(join(folder, 'records.test.yaml'));
  rmSync(folder, { recursive: true });

  it.each(result.cases.map((one) => [one.name, one] as const))('hold: %s', (_name, one) => {
    expect(hasPassed(one), JSON.stringify(one, null, 2)).toBe(true);
  });

  it('touch every rule of the pack', () => {
    expect([result.cases.length, coverageOf([result]).untouched]).toEqual([8, []]);
  });
});

describe('commands', () => {
  const lines = shell.flatMap(({ page, line, text }) =>
    text.split('\n').flatMap((code, at) => callsIn(code).map((words) => [`${page}:${line + at}`, words] as const)),
  );
  it('are there', () => expect(lines.length).toBeGreaterThan(30));

  it.each(lines)('at %s can be typed', (_, words) => expect(faultOf(program, words, true)).toBeUndefined());

  it.each(allPages)('in the prose of $path exist', (page) => {
    const faults = codeIn(proseOf(page))
      .filter((code) => code.startsWith('sallyport '))
      .flatMap((code) => callsIn(code.replaceAll(/\s*…/g, '')))
      .map((words) => faultOf(program, words, false));
    expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
  });

  it.each([
    [['lnt', 'x'], 'no command lnt x'],
    [['lint', '--fromat', 'x'], 'lint has no option --fromat'],
    [['connect', '--client', 'emacs'], 'emacs is no choice of --client'],
    [['token', 'create'], 'create takes 1 to 1 arguments, not 0'],
    [['approvals', 'show'], 'show takes 1 to 1 arguments, not 0'],
  ])('that do not exist are noticed: %j', (words, fault) => expect(faultOf(program, words, true)).toBe(fault));
});

describe('npm scripts', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };

  it.each(allPages)('of $path exist', ({ text }) => {
    const named = Array.from(
      text.matchAll(/\bnpm (?:run (?:-s )?([\w:-]+)|(start|test)\b)/g),
      ([, run, short]) => run ?? short,
    );
    expect(named.filter((name) => !Object.hasOwn(scripts, name ?? ''))).toEqual([]);
  });
});

describe('README', () => {
  it('shows two commands before any other, both without set-up of their own', () => {
    const [first] = blocksOf(readPage('README.md'), 'sh');
    expect(first?.text.split('\n').map((line) => line.replace(/\s*#.*/, ''))).toEqual(['npm start', 'npm test']);
  });
});
