import { describe, expect, test } from 'vitest';
import type { Pinned } from './pins-state.ts';
import { namePin, renderPins, renderPinsJson, renderPinsTools, renderPinsYaml } from './render-pins.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const pin = (change: Partial<Pinned> & { readonly name?: string } = {}): Pinned => ({
  server: 'default/files',
  of: { kind: 'tool', name: change.name ?? 'read_file', digest },
  state: 'first-use',
  definition: { description: 'Reads.' },
  before: { description: 'Reads.' },
  ...change,
});

describe('a list', () => {
  test('is a table with short digests', () => {
    expect(renderPins([pin()])).toBe(
      'SERVER         KIND  NAME       DIGEST                STATE\n' +
        'default/files  tool  read_file  sha256:aaaaaaaaaaaa…  first-use\n',
    );
  });
  test('says what has changed', () => {
    expect(renderPins([pin({ state: 'changed', before: { description: 'Old.' } })])).toContain('changed: description');
  });
  test('shows nothing that a terminal would obey', () => {
    const text = renderPins([pin({ name: 'a\u001b[2J\u202e' }), pin({ name: 'x'.repeat(200) })]);
    expect(text).toContain(String.raw`a\u{1b}[2J\u{202e}`);
    expect(text).toMatch(/x{59}… /);
  });
  test('warns of tools of other servers that are taken for each other', () => {
    const [one, other] = [pin({ name: 'send_email' }), pin({ name: 'sendEmai1', server: 'default/mail' })];
    expect(renderPins([one, other])).toContain('warning: default/mail: The name "sendEmai1" is taken for "send_email"');
    expect(renderPins([one, pin({ name: 'sendEmai1' })])).not.toContain('warning');
  });
  test('of none says how there would be some', () => {
    expect(renderPins([])).toContain('definitions.pin');
  });
});

test('as an answer to tools/list it has the tools as they were listed', () => {
  const prompt = pin({ of: { kind: 'prompt', name: 'p', digest } });
  const text = renderPinsTools([pin({ definition: { name: 'read', description: 'Reads.' } }), prompt]);
  expect(JSON.parse(text)).toEqual({ tools: [{ name: 'read', description: 'Reads.' }] });
});

test('as JSON it is whole', () => {
  expect(JSON.parse(renderPinsJson([pin()]))).toMatchObject({
    items: [{ server: 'default/files', kind: 'tool', name: 'read_file', digest, state: 'first-use' }],
    warnings: [],
  });
});

test('as YAML it is what a pack accepts', () => {
  expect(renderPinsYaml([pin()])).toBe(`accept:\n  - ${digest} # tool read_file\n`);
  expect(renderPinsYaml([pin({ name: 'a\nb: c' })]).split('\n')).toHaveLength(3);
  expect(renderPinsYaml([])).toBe('accept: []\n');
});

test('a definition has a name in sentences', () => {
  expect(namePin(pin())).toBe('tool "read_file" of default/files');
  expect(namePin(pin({ of: { kind: 'instructions', name: '', digest } }))).toBe('the instructions of default/files');
});
