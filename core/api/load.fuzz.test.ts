import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadDocuments } from './load.ts';
import { formatProblem } from './problem.ts';

const PACK = `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: payments}
spec:
`;

const SERVER = `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: ledger}
spec:
`;

function problemsOf(text: string): string[] {
  return loadDocuments(text, 'f.yaml').problems.map(formatProblem);
}

function expectSound(text: string): void {
  const { documents, problems } = loadDocuments(text, 'f.yaml');
  expect(documents.length + problems.length).toBeGreaterThan(0);
  const lines = text.split('\n').length;
  for (const { line, column, message } of problems) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(message).not.toMatch(/\p{Cc}/u);
  }
}

describe('whatever the text', () => {
  const valid = `${PACK}  mode: Shadow
  targets: {matchLabels: {app: ledger}}
  tools:
    - {name: a, names: ["get_*"], effect: Allow, arguments: {path: {type: path, roots: [/data]}}}
    - names: [transfer]
      effect: RequireApproval
      principals: {groups: [agents]}
      approval: {expires: 15m}
  methods: [{names: ["vendor/*"], effect: Log}]
  clientRequests: {sampling: {effect: Deny}, urlElicitation: {effect: Allow, hosts: ["*.example.com"]}}
  limits: {batch: 20, sessionIdle: 30m}
  wire: {keys: CaseSensitive}
---
${SERVER}  remote: {url: "http://127.0.0.1:8080/mcp"}
  access: {tokens: {secretName: clients}}
---
apiVersion: v1
kind: Secret
metadata: {name: clients}
stringData:
  agent: |
    sha256: abc
`;

  it('reads the text that the next ones spoil', () => {
    expect(problemsOf(valid)).toEqual([]);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), expectSound), {
      numRuns: 500,
    });
  });

  it('never throws on the characters that YAML is made of', () => {
    const unit = fc.constantFrom(...'ab:-?,[]{}#&*!|>\'"%@`\n\t ~<=0.\r'.split(''));
    fc.assert(fc.property(fc.string({ unit, maxLength: 60 }), expectSound), { numRuns: 2000 });
  });

  it('never throws on good text with a piece replaced', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 4 }),
      fc.constantFrom(
        '',
        ' ',
        '\n',
        ': ',
        '- ',
        '~',
        '[]',
        '{}',
        '&a ',
        '*a',
        '<<',
        '__proto__',
        '!!str ',
        '---\n',
        '5',
        '"',
        '\u001b',
      ),
    );
    const at = fc.nat(valid.length);
    const spoil = fc
      .tuple(at, fc.nat(12), piece)
      .map(([from, length, text]) => valid.slice(0, from) + text + valid.slice(from + length));
    fc.assert(fc.property(spoil, expectSound), { numRuns: 1000 });
  });
});
