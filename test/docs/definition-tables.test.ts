/** What the guides say of definitions: every lint with its default, every reason, and what becomes of the tools that are shown. */
import { describe, expect, it } from 'vitest';
import { DEFINITION_LINTS, definitionsSchema } from '../../core/api/rules/definitions.ts';
import { loadDocuments } from '../../core/api/load.ts';
import { ANNOTATION_REASONS } from '../../core/inspect/definitions/annotations.ts';
import { definitionDigest } from '../../core/inspect/definitions/definition.ts';
import { inspectDefinition } from '../../core/inspect/definitions/inspect-definition.ts';
import { MODEL_INSTRUCTION_REASONS } from '../../core/inspect/definitions/model-instructions.ts';
import { NAME_REASONS } from '../../core/inspect/definitions/names.ts';
import { SCHEMA_REASONS } from '../../core/inspect/definitions/schema-tricks.ts';
import { HIDDEN_TEXT_REASONS } from '../../core/inspect/hidden-text.ts';
import { pack, policyOf } from '../../core/policy/testing/gen.ts';
import { blocksOf, codeIn, readPage, tablesWith } from './pages.ts';

const guide = readPage('docs/policy.md');

it('every reason is listed, under its lint', () => {
  const [table] = tablesWith(readPage('docs/detectors.md'), 'Lint', 'Reason', 'What it found');
  const listed = (table?.rows ?? []).map(([lint = '', reason = '']) => `${codeIn(lint)[0]} ${codeIn(reason)[0]}`);
  const reasons: Record<(typeof DEFINITION_LINTS)[number], readonly string[]> = {
    hiddenText: [...HIDDEN_TEXT_REASONS, 'unreadable'],
    modelInstructions: MODEL_INSTRUCTION_REASONS,
    otherTools: ['foreign-tool'],
    names: NAME_REASONS,
    schemaTricks: SCHEMA_REASONS,
    annotations: ANNOTATION_REASONS,
  };
  expect(listed).toEqual(DEFINITION_LINTS.flatMap((lint) => reasons[lint].map((reason) => `${lint} ${reason}`)));
});

it('every lint has the default that is said', () => {
  const [table] = tablesWith(guide, 'Lint', 'Default', 'Finds');
  const { mode: _, pin: __, onChange: ___, ...defaults } = definitionsSchema.parse({});
  expect(Object.fromEntries((table?.rows ?? []).map((row) => row.slice(0, 2).flatMap(codeIn)))).toEqual(defaults);
});

describe('with the pack that is shown', () => {
  const [spec] = blocksOf(guide, 'yaml')
    .flatMap(({ text }) => loadDocuments(text, guide.path).documents)
    .filter(({ kind, value }) => kind === 'PolicyPack' && value.metadata.name === 'reviewed')
    .map(({ value }) => (value as ReturnType<typeof pack>).spec);
  const { definitions } = policyOf(pack({ ...spec, definitions: { ...spec?.definitions, pin: 'Off' } }));
  const [table] = tablesWith(guide, 'Tool', 'Decision with the pack above, but for its pin');

  it.each(table?.rows ?? [])('%s: %s', (cell = '', effect = '') => {
    const value = JSON.parse(codeIn(cell)[0] ?? '') as { name: string };
    const tool = { kind: 'tool' as const, name: value.name, value };
    const verdict = definitions.judge({
      kind: 'tool',
      digest: definitionDigest(tool),
      findings: inspectDefinition(tool),
    });
    expect(verdict.effect).toBe(effect);
  });
});
