import { describe, expect, it } from 'vitest';
import { loadDocuments } from './load.ts';
import { formatProblem } from './problem.ts';
import { wordFor } from './yaml-words.ts';

const PACK = `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: a}
spec:
`;
const warnings = (spec: string): string[] => {
  const { warnings: found, problems } = loadDocuments(`${PACK}  ${spec}\n`, 'a.yaml');
  expect(problems).toEqual([]);
  return found.map(formatProblem);
};

describe('a word that YAML 1.1 takes for something else', () => {
  it('is told with its place, and how to write it', () => {
    expect(warnings('arguments: {schema: Off}')).toEqual([
      'a.yaml:5:23: spec.arguments.schema: "Off" without quotes is false to kubectl and Helm, which read YAML 1.1; put it in quotes: `schema: "Off"` [yaml-word]',
    ]);
  });

  it('may stand in a list or be a key', () => {
    expect(warnings('tools: [{names: [y, 1_000], effect: Allow}]')).toEqual([
      expect.stringMatching(/names\[0\]: "y" without quotes is true .*`- "y"` \[yaml-word\]$/),
      expect.stringMatching(/names\[1\]: "1_000" without quotes is the number 1000 to/),
    ]);
    expect(warnings('targets: {matchLabels: {on: "x"}}')).toEqual([expect.stringMatching(/`"on":` \[yaml-word\]$/)]);
  });

  it('may be a number that is another one', () => {
    expect(warnings('arguments: {limits: {maxItems: 0100, maxDepth: 07, maxProperties: 10}}')).toEqual([
      'a.yaml:5:34: spec.arguments.limits.maxItems: 0100 is 64 to kubectl and Helm, which read YAML 1.1; write 100, without the zero in front [yaml-word]',
    ]);
  });

  it('is a text to both in quotes, or as a part of a longer one', () => {
    expect(warnings(`arguments: {schema: "Off"}`)).toEqual([]);
    expect(warnings(`tools: [{names: ['no', nope, 'a_1', 1x_0], effect: Allow}]`)).toEqual([]);
  });
});

it('tells the word of several that has become true or false', () => {
  expect(wordFor(false, ['Enforce', 'Shadow', 'Off'])).toBe('Off');
  expect(wordFor(true, ['Enforce', 'Shadow', 'Off'])).toBeUndefined();
});

it.each([
  ['arguments: {schema: false}', 'schema: "Off"'],
  ['definitions: {pin: false}', 'pin: "Off"'],
])('%s is mended by the word in quotes', (spec, meant) => {
  const [problem] = loadDocuments(`${PACK}  ${spec}\n`, 'a.yaml').problems;
  expect(problem?.mend).toBe(`write \`${meant}\`, in quotes: without them Off is false to kubectl and Helm`);
});
