/** Every lint has its section, and no pack that we show anybody is warned of. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lint } from '../../cli/lint.ts';
import { LINTS } from '../../cli/lints/finding.ts';
import { formatProblem } from '../../core/api/problem.ts';
import { readPage, root } from './pages.ts';

it('the guide has a section for each lint, with its mend', () => {
  const sections = readPage('docs/lints.md').text.split(/^### /m).slice(1);
  expect(sections.map((section) => section.slice(0, section.indexOf('\n'))).toSorted()).toEqual(LINTS.toSorted());
  for (const section of sections) expect(section).toMatch(/^\*\*Mend:\*\* .+\.$/m);
});

describe('nothing is warned of in', () => {
  const files = globSync('{examples,core/policy/testdata}/**/*.yaml', { cwd: root, exclude: ['**/*.test.yaml'] });
  it('any file, of which there are some', () => expect(files.length).toBeGreaterThan(20));

  it.each(files)('%s', (path) => {
    const { problems, warnings } = lint([{ path, text: readFileSync(join(root, path), 'utf8') }]);
    expect([...problems, ...warnings].map(formatProblem)).toEqual([]);
  });
});
