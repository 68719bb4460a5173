import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { renderJson, renderJunit, renderTap } from './render.ts';
import type { CaseResult } from './run-cases.ts';

const passed: CaseResult = {
  file: 'a.test.yaml',
  line: 2,
  name: 'reads',
  differences: [],
  problems: [],
  refusal: undefined,
  rules: ['default/a#read'],
};
const failed: CaseResult = {
  ...passed,
  line: 5,
  name: 'climbs # <out> \u001b[2J',
  differences: [{ field: 'expect', expected: 'Allow', actual: 'Deny' }],
  refusal: 'Refused: "no".',
};
const broken: CaseResult = {
  ...passed,
  file: 'b.test.yaml',
  name: 'can be read',
  problems: ['b.test.yaml:1:1: no; mend'],
  rules: [],
};

const ALL = { rules: 1, untouched: [] };

describe('lines', () => {
  it('are of the Test Anything Protocol, with what differs as YAML', () => {
    const text = renderTap([passed, failed, broken], { rules: 3, untouched: ['default/a#b', 'default/a#c'] });
    expect(text).toBe(`TAP version 14
1..3
ok 1 - a.test.yaml: reads
not ok 2 - a.test.yaml: climbs \\# <out> \\\\u001b[2J
  ---
  at: "a.test.yaml:5"
  expect:
    expected: Allow
    actual:   Deny
  decided by: default/a#read
  the model reads: "Refused: \\"no\\"."
  ...
not ok 3 - b.test.yaml: can be read
  ---
  at: "b.test.yaml:2"
  problem: "b.test.yaml:1:1: no; mend"
  ...
# 3 tests, 2 failed
# 1 of 3 rules had a say; no case touches:
#   default/a#b
#   default/a#c
`);
    const [, block = ''] = /---\n(.*?)\n {2}\.\.\./s.exec(text) ?? [];
    expect(parse(block)).toMatchObject({
      expect: { expected: 'Allow', actual: 'Deny' },
      'decided by': 'default/a#read',
    });
  });

  it('count one test as one', () =>
    expect(renderTap([passed], ALL)).toMatch(/# 1 test, 0 failed\n# 1 of 1 rule had a say\n$/));
});

describe('JUnit', () => {
  const text = renderJunit([passed, failed, broken]);

  it('has a suite for each file, with its counts', () => {
    expect(text).toContain('<testsuites name="sallyport test" tests="3" failures="1" errors="1">');
    expect(text).toContain('<testsuite name="a.test.yaml" tests="2" failures="1" errors="0">');
    expect(text).toContain('<testsuite name="b.test.yaml" tests="1" failures="0" errors="1">');
  });

  it('says what differs, with nothing that XML cannot hold', () => {
    expect(text).toContain('<testcase name="reads" classname="a.test.yaml" file="a.test.yaml" line="2"/>');
    expect(text).toContain('name="climbs # &lt;out&gt; \\u001b[2J"');
    expect(text).toContain('<failure message="expect: Allow, not Deny">');
    expect(text).toContain('<error message="b.test.yaml:1:1: no; mend">');
    expect(text).not.toContain('\u001b');
  });
});

it('JSON has every result', () => {
  expect(JSON.parse(renderJson([passed, failed], ALL))).toMatchObject({
    ok: false,
    tests: 2,
    failed: 1,
    results: [{ passed: true }, { passed: false, differences: [{ field: 'expect' }] }],
  });
});

it('what a file says moves no terminal, as JSON neither', () => {
  const text = renderJson([{ ...passed, name: 'a\u009b2J \u202e' }], ALL);
  expect(text).toContain(String.raw`"name": "a\u009b2J \u202e"`);
  expect(JSON.parse(text)).toMatchObject({ results: [{ name: 'a\u009b2J \u202e' }] });
});
