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

/** The problems of a spec, with lines counted from the first line of the spec. */
function specProblems(head: string, spec: string): string[] {
  return problemsOf(head + spec).map((text) => text.replace(/^f\.yaml:(\d+):/, (_, line) => `${Number(line) - 4}:`));
}

describe('a good file', () => {
  const text = `# the pack and its server
${PACK}  tools:
    - {names: [get_*], effect: Allow}
    - {names: [transfer], effect: RequireApproval, approval: {}}
---
---
${SERVER}  stdio: {command: [my-server, --root, /data]}
  access: {hosts: [mcp.example.com]}
`;
  const { documents, problems } = loadDocuments(text, 'f.yaml');

  it('gives every document with its kind and line, and skips empty ones', () => {
    expect(problems).toEqual([]);
    expect(documents.map(({ kind, file, line }) => [kind, file, line])).toEqual([
      ['PolicyPack', 'f.yaml', 2],
      ['MCPServer', 'f.yaml', 11],
    ]);
  });

  it('fills in defaults', () => {
    expect(documents[0]?.value).toMatchObject({
      metadata: { namespace: 'default' },
      spec: { mode: 'Enforce', tools: [{}, { approval: { expires: '15m', hold: '45s' } }] },
    });
    expect(documents[1]?.value).toMatchObject({ spec: { access: { anonymous: false } } });
  });

  it('can say where each value is', () => {
    expect(documents[0]?.position(['spec', 'tools', 1, 'effect'])).toEqual({ line: 8, column: 35 });
    expect(documents[1]?.position(['spec', 'access', 'tokens'])).toEqual({ line: 16, column: 11 });
  });

  it.each([
    ['a byte order mark', `\uFEFF${PACK}  tools: []\n`],
    ['lines that end as on Windows', `${PACK}  tools: []\n`.replaceAll('\n', '\r\n')],
    [
      'JSON',
      JSON.stringify({ apiVersion: 'sallyport.dev/v1alpha1', kind: 'PolicyPack', metadata: { name: 'a' }, spec: {} }),
    ],
    ['anchors and aliases', `${PACK}  tools: [&r {names: [a], effect: Deny}]\n  prompts: [*r]\n`],
    [
      'what the API server adds to metadata',
      `${PACK}  tools: []\n`.replace('{name', '{uid: x, generation: 3, managedFields: [{}], name'),
    ],
  ])('may have %s', (_, good) => {
    expect(problemsOf(good)).toEqual([]);
    expect(loadDocuments(good, 'f.yaml').documents).toHaveLength(1);
  });
});

describe('a file', () => {
  it.each([
    ['without anything', ''],
    ['with comments alone', '# nothing\n'],
    ['with separators alone', '---\n---\n'],
  ])('%s has no document', (_, text) => {
    expect(problemsOf(text)).toEqual(['f.yaml:1:1: the file has no document; delete it or write one']);
  });

  it('that is far too large is not read', () => {
    expect(problemsOf('#'.repeat(5_000_000))).toEqual([
      'f.yaml:1:1: the file has 5000000 characters, at most 4194304 are read; split it',
    ]);
  });

  it('gives its good documents although another is bad', () => {
    const { documents, problems } = loadDocuments(`a: "\\q"\n---\n${PACK}  tools: []\n---\nkind: 5\n`, 'f.yaml');
    expect(documents.map(({ kind, line }) => [kind, line])).toEqual([['PolicyPack', 3]]);
    expect(problems.map(({ line }) => line)).toEqual([1, 9, 9]);
  });
});

describe('YAML', () => {
  it.each([
    ['an open quote', 'a: 1\nb: "x\n', '3:1: a quote is not closed; add the closing quote'],
    ['a tab', 'a: 1\n\tb: 2\n', '2:1: a tab is used to indent; indent with spaces'],
    [
      'an escape that is none',
      'a: "\\q"\n',
      '1:5: no such escape in double quotes; write "\\\\" for a backslash, or use single quotes',
    ],
    ['text that starts with @', 'a: @x\n', '1:4: text cannot start with this character; put the text in quotes'],
    [
      'two colons on a line',
      'a: b: c\n',
      '1:4: a second "key: value" is on the same line; put text that holds ": " in quotes, or start a new line',
    ],
    ['a line without colon', 'a: 1\nb\n', '2:1: the field has no colon; write `name: value`'],
    ['a template', 'a: 1\n{{ .Values.x }}: 2\n', null],
    [
      'a list as field name',
      '? [a]\n: b\n',
      '1:3: a field name is not a string; put it in quotes; `{{ … }}` of a template needs them too',
    ],
    [
      'a tag of its own',
      'a: !x 1\n',
      '1:4: the tag is unknown or does not fit the value; remove the tag, or put text that starts with "!" in quotes',
    ],
    [
      'binary data',
      'a: !!binary eA==\n',
      '1:4: the tag is unknown or does not fit the value; remove the tag, or put text that starts with "!" in quotes',
    ],
    [
      'an alias without anchor',
      'a: *x\n',
      '1:4: the alias has no anchor before it; put text that starts with "*" in quotes',
    ],
    [
      'an alias inside itself',
      'a: &x {b: [*x]}\n',
      '1:12: the alias stands inside its own anchor; write the value out',
    ],
    [
      'deep nesting',
      `a: ${'['.repeat(200)}${']'.repeat(200)}\n`,
      '1:130: the document is nested too deeply; write it flatter',
    ],
    [
      'a list as document',
      '- a\n',
      '1:1: expected a mapping with apiVersion, kind, metadata and spec, got a list; start with `apiVersion: sallyport.dev/v1alpha1`',
    ],
    [
      'a text as document',
      'hello\n',
      '1:1: expected a mapping with apiVersion, kind, metadata and spec, got a string; start with `apiVersion: sallyport.dev/v1alpha1`',
    ],
    [
      'a written null',
      '~\n',
      '1:1: expected a mapping with apiVersion, kind, metadata and spec, got nothing; start with `apiVersion: sallyport.dev/v1alpha1`',
    ],
    [
      '__proto__ as name',
      `${PACK}  __proto__: {tools: []}\n`,
      '5:3: spec.__proto__: nothing can have this name; remove it',
    ],
  ])('with %s is refused there', (_, text, problem) => {
    const problems = problemsOf(text);
    if (problem === null) expect(problems).not.toEqual([]);
    else expect(problems).toEqual([`f.yaml:${problem}`]);
  });

  it('of version 1.1 is refused, since its words for true and false differ', () => {
    expect(problemsOf(`%YAML 1.1\n---\n${PACK}  tools: []\n`)).toEqual([
      'f.yaml:1:1: only YAML 1.2 is read; remove the %YAML line',
    ]);
  });

  it('that unfolds without end is refused', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg'])
      bomb.push(`${to}: &${to} [${`*${from}, `.repeat(9)}]`);
    expect(problemsOf(bomb.join('\n'))).toEqual([
      'f.yaml:1:1: the aliases of the document unfold into too much; write the values out',
    ]);
  });

  it('with more than a hundred aliases is refused', () => {
    expect(problemsOf(`a: &a x\nb: [${'*a, '.repeat(101)}]`)).toEqual([
      'f.yaml:2:405: the aliases of the document unfold into too much; write the values out',
    ]);
  });

  it('nested beyond the stack is refused', () => {
    const { documents, problems } = loadDocuments('['.repeat(400_000), 'f.yaml');
    expect(documents).toEqual([]);
    expect(problems).toHaveLength(1);
  });

  it('with a field written twice is refused at the second, and the rest is checked all the same', () => {
    expect(specProblems(PACK, '  mode: Shadow\n  tols: []\n  mode: Enforce\n')).toEqual([
      '2:3: spec.tols: unknown field `tols`; did you mean `tools`?',
      '3:3: spec.mode: the field is written twice; keep one of them',
    ]);
  });
});

describe('objects of other kinds', () => {
  const load = (text: string) => loadDocuments(text, 'a.yaml', { leaveOutOthers: true });

  it('are left out where a folder for a cluster is read', () => {
    const deployment = 'apiVersion: apps/v1\nkind: Deployment\nspec: {replicas: 1, replica: 2}\n';
    const route = 'apiVersion: gateway.networking.k8s.io/v1beta1\nkind: HTTPRoute\n';
    expect(load(`${deployment}---\n${route}`)).toMatchObject({ documents: [], problems: [], others: 2 });
  });

  it.each([
    ['a slip in our group', 'apiVersion: salyport.dev/v1alpha1\nkind: Polcy\n'],
    ['a slip in our kind', 'apiVersion: example.com/v1\nkind: PolicyPak\n'],
    ['our kind of another group', 'apiVersion: apps/v1\nkind: MCPServer\n'],
    ['no kind at all', 'apiVersion: apps/v1\n'],
    ['no apiVersion that could be one', 'apiVersion: apps\nkind: Deployment\n'],
  ])('%s is not taken for one', (_, text) => {
    const { problems, others } = load(text);
    expect(others).toBe(0);
    expect(problems.length).toBeGreaterThan(0);
  });
});

describe('apiVersion and kind', () => {
  const rest = 'metadata: {name: a}\nspec: {}\n';

  it.each([
    [
      'a kind near to one',
      'apiVersion: sallyport.dev/v1alpha1\nkind: PolicyPak\n',
      ['2:7: kind: "PolicyPak" is not a kind that Sallyport reads; did you mean PolicyPack?'],
    ],
    [
      'a kind in another case',
      'apiVersion: sallyport.dev/v1alpha1\nkind: mcpserver\n',
      ['2:7: kind: "mcpserver" is not a kind that Sallyport reads; did you mean MCPServer?'],
    ],
    [
      'a kind of others',
      'apiVersion: v1\nkind: ConfigMap\n',
      [
        '2:7: kind: "ConfigMap" is not a kind that Sallyport reads; write one of MCPServer, PolicyPack, ApprovalRequest, ApprovalGrant, Secret',
      ],
    ],
    [
      'a kind that is a list',
      'apiVersion: v1\nkind: [Secret]\n',
      [
        '2:7: kind: expected a string, got a list; write one of MCPServer, PolicyPack, ApprovalRequest, ApprovalGrant, Secret',
      ],
    ],
    [
      'a kind of the prototype',
      'apiVersion: v1\nkind: constructor\n',
      [
        '2:7: kind: "constructor" is not a kind that Sallyport reads; write one of MCPServer, PolicyPack, ApprovalRequest, ApprovalGrant, Secret',
      ],
    ],
    [
      'another version',
      'apiVersion: sallyport.dev/v1\nkind: PolicyPack\n',
      [
        '1:13: apiVersion: "sallyport.dev/v1" is not the apiVersion of kind PolicyPack; write `apiVersion: sallyport.dev/v1alpha1`',
      ],
    ],
    [
      'the version of another kind',
      'apiVersion: v1\nkind: PolicyPack\n',
      ['1:13: apiVersion: "v1" is not the apiVersion of kind PolicyPack; write `apiVersion: sallyport.dev/v1alpha1`'],
    ],
    ['no version', 'kind: PolicyPack\n', ['1:1: apiVersion: is missing; add `apiVersion: sallyport.dev/v1alpha1`']],
    [
      'no kind',
      'apiVersion: sallyport.dev/v1alpha1\n',
      ['1:1: kind: is missing; add `kind`: one of MCPServer, PolicyPack, ApprovalRequest, ApprovalGrant, Secret'],
    ],
    [
      'neither right',
      'apiVersion: salyport.dev/v1alpha1\nkind: Polcy\n',
      [
        '1:13: apiVersion: "salyport.dev/v1alpha1" is not an apiVersion that Sallyport reads; did you mean sallyport.dev/v1alpha1?',
        '2:7: kind: "Polcy" is not a kind that Sallyport reads; write one of MCPServer, PolicyPack, ApprovalRequest, ApprovalGrant, Secret',
      ],
    ],
  ])('%s', (_, head, problems) => {
    expect(problemsOf(head + rest)).toEqual(problems.map((problem) => `f.yaml:${problem}`));
  });
});
