import { expect, test } from 'vitest';
import { threatsPage } from './page.ts';

const page = threatsPage([
  { file: 'test/e2e/a.test.ts', path: ['a group', 'a `name` with *marks* | and <tags>'], controls: ['halt', 'pins'] },
  { file: 'test/e2e/a.test.ts', path: ['another'], controls: ['halt'] },
  { file: 'core/b.test.ts', path: ['b'], controls: ['pins'] },
]);
const section = (title: string): string => page.split(`### ${title}\n`)[1]?.split('\n### ')[0] ?? '';

test('a control has the tests that show it, by file, as text', () => {
  expect(section('The kill switch').split('\n').at(-2)).toBe(
    String.raw`- [test/e2e/a.test.ts](../test/e2e/a.test.ts): *a group › a \`name\` with \*marks\* \| and \<tags\>*; *another*`,
  );
  expect(section('Pinned definitions')).toContain('- [core/b.test.ts](../core/b.test.ts): *b*');
  expect(section('Pinned definitions')).toContain('Tag: `pins`.');
});

test('a threat has its controls and what is left, and says it where there is none', () => {
  expect(page).toContain(
    '| **SAFE-T2107** AI Model Poisoning via MCP Tool Training Data Contamination | none | Training does',
  );
  expect(page).toContain(
    '| **MCP-16** Rug Pull / Dynamic Behavior Change | [Pinned definitions](#pinned-definitions) | ',
  );
  expect(page).toMatch(/\| \*\*NSA-1\*\* [^|]+ \| none \| [^|]+\. \|/);
});
