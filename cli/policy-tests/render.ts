/** Results for people and for tools: lines as of the Test Anything Protocol, JUnit's XML, JSON. */
import { escapeControls } from '../../core/api/problem.ts';
import { visibleJson } from '../../core/shown/terminal-text.ts';
import type { Coverage } from './coverage.ts';
import { type CaseResult, hasPassed } from './run-cases.ts';

/** TAP 14, so that whoever reads TAP can read it. */
export function renderTap(results: readonly CaseResult[], coverage: Coverage): string {
  const lines = ['TAP version 14', `1..${results.length}`];
  for (const [i, result] of results.entries()) {
    const passed = hasPassed(result);
    lines.push(`${passed ? 'ok' : 'not ok'} ${i + 1} - ${described(`${result.file}: ${result.name}`)}`);
    if (!passed) lines.push(...diagnostics(result));
  }
  const failed = results.filter((result) => !hasPassed(result)).length;
  lines.push(`# ${results.length} ${results.length === 1 ? 'test' : 'tests'}, ${failed} failed`);
  lines.push(...touchedLines(coverage));
  return `${lines.join('\n')}\n`;
}

/** Comments, as of TAP. */
function touchedLines({ rules, untouched }: Coverage): string[] {
  const said = `# ${rules - untouched.length} of ${rules} ${rules === 1 ? 'rule' : 'rules'} had a say`;
  return untouched.length === 0
    ? [said]
    : [`${said}; no case touches:`, ...untouched.map((id) => `#   ${escapeControls(id)}`)];
}

/** A hash begins a directive there. */
function described(text: string): string {
  return escapeControls(text).replaceAll('\\', '\\\\').replaceAll('#', '\\#');
}

function diagnostics({ file, line, problems, differences, refusal, rules }: CaseResult): string[] {
  const lines = ['  ---', `  at: ${quoted(`${file}:${line}`)}`];
  for (const problem of problems) lines.push(`  problem: ${quoted(problem)}`);
  for (const { field, expected, actual } of differences) {
    lines.push(`  ${field}:`, `    expected: ${quoted(expected)}`, `    actual:   ${quoted(actual)}`);
  }
  if (rules.length > 0) lines.push(`  decided by: ${quoted(rules.join(', '))}`);
  if (refusal !== undefined) lines.push(`  the model reads: ${quoted(refusal)}`);
  return [...lines, '  ...'];
}

const PLAIN = /^[A-Za-z][A-Za-z0-9_/.,# -]*$/;

/** A scalar of YAML: JSON is one. */
function quoted(text: string): string {
  return PLAIN.test(text) && !text.includes(' #') && !text.endsWith(' ') ? text : escapeControls(JSON.stringify(text));
}

export function renderJunit(results: readonly CaseResult[]): string {
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="sallyport test"${counts(results)}>`,
    ...[...new Set(results.map(({ file }) => file))].flatMap((file) =>
      suite(
        file,
        results.filter((result) => result.file === file),
      ),
    ),
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

function suite(file: string, results: readonly CaseResult[]): string[] {
  return [`  <testsuite name=${attribute(file)}${counts(results)}>`, ...results.flatMap(testCase), '  </testsuite>'];
}

function counts(results: readonly CaseResult[]): string {
  const errors = results.filter(({ problems }) => problems.length > 0).length;
  const failures = results.filter((result) => !hasPassed(result)).length - errors;
  return ` tests="${results.length}" failures="${failures}" errors="${errors}"`;
}

function testCase(result: CaseResult): string[] {
  const head = `    <testcase name=${attribute(result.name)} classname=${attribute(result.file)} file=${attribute(result.file)} line="${result.line}"`;
  if (hasPassed(result)) return [`${head}/>`];
  const { problems, differences } = result;
  const tag = problems.length > 0 ? 'error' : 'failure';
  const message =
    problems[0] ?? differences.map(({ field, expected, actual }) => `${field}: ${expected}, not ${actual}`).join('; ');
  const text = diagnostics(result).slice(1, -1).join('\n');
  return [`${head}>`, `      <${tag} message=${attribute(message)}>${escapeXml(text)}</${tag}>`, '    </testcase>'];
}

function attribute(text: string): string {
  return `"${escapeXml(escapeControls(text))}"`;
}

// What XML 1.0 has no way to write.
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeXml(text: string): string {
  return text.replace(NOT_XML, '\ufffd').replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char);
}

export function renderJson(results: readonly CaseResult[], coverage: Coverage): string {
  const failed = results.filter((result) => !hasPassed(result)).length;
  const shown = results.map(({ refusal, ...result }) => ({
    ...result,
    passed: hasPassed({ ...result, refusal }),
    refusal,
  }));
  return `${visibleJson(JSON.stringify({ ok: failed === 0, tests: results.length, failed, coverage, results: shown }, null, 2))}\n`;
}
