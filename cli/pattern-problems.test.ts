import { expect, test } from 'vitest';
import { loadDocuments } from '../core/api/load.ts';
import { formatProblem } from '../core/api/problem.ts';
import { asWarning, checkPatternsOf } from './pattern-problems.ts';

const PACK = `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: p}
spec:
  tools:
    - {names: ["get_*", " b"], effect: Allow}
    - {names: ["^list_.*$", "a|b"], effect: Deny}
`;
const SERVER = `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: s}
spec: {remote: {url: "http://127.0.0.1:1/mcp"}}
`;

const check = (text: string) => {
  const { documents, problems } = loadDocuments(text, 'f.yaml');
  expect(problems).toEqual([]);
  return checkPatternsOf(documents);
};

test('what can match nothing is a problem, what is strange a warning, each at its place', () => {
  const { problems, warnings } = check(PACK);
  const places = (list: typeof problems): string[] => list.map(({ line, column, path }) => `${line}:${column} ${path}`);
  expect(places([...problems, ...warnings]).toSorted()).toEqual([
    '6:25 spec.tools[0].names[1]',
    '7:16 spec.tools[1].names[0]',
    '7:29 spec.tools[1].names[1]',
  ]);
  expect(places(problems)).toContain('6:25 spec.tools[0].names[1]');
  expect(problems.map(({ value }) => value)).toContain('" b"');
});

test('documents of other kinds have no patterns', () => {
  expect(check(SERVER)).toEqual({ problems: [], warnings: [] });
});

test('a warning says that it is one', () => {
  const [problem] = check(PACK).problems;
  expect(formatProblem(asWarning(problem ?? expect.fail()))).toMatch(/^f\.yaml:\d+:\d+: spec\S+ warning: "/);
});
