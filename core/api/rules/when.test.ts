import { describe, expect, test } from 'vitest';
import { loadDocuments } from '../load.ts';
import { formatProblem } from '../problem.ts';

function problemsOf(spec: string): string[] {
  const text = `apiVersion: sallyport.dev/v1alpha1\nkind: PolicyPack\nmetadata: {name: p, namespace: n}\nspec:\n${spec}\n`;
  return loadDocuments(text, 'p.yaml').problems.map(formatProblem);
}

describe('a condition', () => {
  test.each([
    ['  tools: [{names: [a], effect: Deny, when: "arguments.n > 1"}]'],
    ['  resources: [{uris: [a], effect: Deny, when: resource.uri == "a"}]'],
    ['  prompts: [{names: [a], effect: Deny, when: prompt.name == "a"}]'],
    ['  methods: [{names: [a/b], effect: Deny, when: method.name == "a"}]'],
    [
      '  tools:\n    - names: [a]\n      effect: Deny\n      when: |\n        arguments.n > 1 &&\n        arguments.m > 1',
    ],
  ])('is taken: %s', (spec) => expect(problemsOf(spec)).toEqual([]));

  test.each([
    [
      '  tools: [{names: [a], effect: Deny, when: princpal.name == "a"}]',
      'p.yaml:5:44: spec.tools[0].when: "princpal.name == \\"a\\"" knows no variable "princpal" (character 1); did you mean `principal`?',
    ],
    [
      '  prompts: [{names: [a], effect: Deny, when: arguments.n > 1}]',
      'p.yaml:5:46: spec.prompts[0].when: "arguments.n > 1" knows no variable "arguments" (character 1); the variables here are principal, server, session, now, prompt',
    ],
    ['  tools: [{names: [a], effect: Deny, when: ""}]', /spec\.tools\[0\]\.when/],
    ['  tools: [{names: [a], effect: Deny, when: 5}]', /spec\.tools\[0\]\.when: expected a string/],
  ])('is refused with what to write: %s', (spec, said) => {
    const [problem = 'none'] = problemsOf(spec);
    if (typeof said === 'string') expect(problem).toBe(said);
    else expect(problem).toMatch(said);
  });
});
