/** docs/threats.md: what stands against which threat, which tests show it, what is left. */
import type { Control } from './control.ts';
import { CONTROLS, CONTROL_IDS, type ControlId } from './controls.ts';
import { FRAMEWORKS } from './frameworks/all.ts';
import type { TaggedTest } from './tagged-tests.ts';
import type { Framework, Threat } from './threat.ts';

const HEAD = `# Threats

<!-- Written by scripts/generate.ts from scripts/threats and the tags of the tests. -->

Catalogues of threats to agents and MCP, and for each threat what stands against it here, which tests show that, and what is left.
What is promised is in the [security model](security-model.md); this page is for whoever comes from a catalogue.

- **A control counts only by its tests.** Each has some, listed in its section; they carry its name as a tag, and \`--tags-filter\` runs them: \`npm run test:unit -- --tags-filter=pins\`. A threat without a control says why.
- **What looks into content acts where a pack has it**: checks of arguments, \`detectors\`, \`dlp\` and \`definitions\` do nothing by themselves. [strict.yaml](../examples/policies/strict.yaml) has most of them.
- Ids and titles are those of the catalogues; all else is ours. None of their authors has looked at this page.
`;

export function threatsPage(tests: readonly TaggedTest[]): string {
  return [
    HEAD,
    ...FRAMEWORKS.map(frameworkSection),
    '## Controls\n\nIn the words of this repository, each with the tests that show it.\n',
    ...CONTROL_IDS.map((id) => controlSection(id, tests)),
  ].join('\n');
}

function frameworkSection({ title, url, version, note, threats }: Framework): string {
  const source = `Source: <${url}>, ${version}.${note === undefined ? '' : ` ${note}`}`;
  const table = ['| Threat | Controls | What is left |', '|---|---|---|', ...threats.map(threatRow)];
  return `## ${title}\n\n${source}\n\n${table.join('\n')}\n`;
}

function threatRow({ id, title, controls, left }: Threat): string {
  const links = controls.map((control) => `[${CONTROLS[control].title}](#${anchorOf(CONTROLS[control].title)})`);
  return `| **${id}** ${title} | ${links.length === 0 ? 'none' : links.join(', ')} | ${left} |`;
}

function controlSection(id: ControlId, tests: readonly TaggedTest[]): string {
  const { title, says, docs }: Control = CONTROLS[id];
  const links = docs.map(([words, target]) => `[${words}](${target})`).join(', ');
  const shown = tests.filter(({ controls }) => controls.includes(id));
  return `### ${title}\n\n${says} Described in: ${links}. Tag: \`${id}\`.\n\n${testList(shown).join('\n')}\n`;
}

/** One line a file, with its tests in it. */
function testList(tests: readonly TaggedTest[]): string[] {
  const byFile = Map.groupBy(tests, ({ file }) => file);
  return Array.from(byFile, ([file, inFile]) => {
    const names = inFile.map(({ path }) => `*${path.map(escape).join(' › ')}*`);
    return `- [${file}](../${file}): ${names.join('; ')}`;
  });
}

/** What Markdown would read as more than text. */
function escape(text: string): string {
  return text.replaceAll(/[\\*_`[\]<>|]/g, String.raw`\$&`);
}

/** As GitHub makes anchors of headings. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}
