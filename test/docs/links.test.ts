import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allPages, anchorOf, guides, headingsOf, proseOf, readPage, root } from './pages.ts';

const LINK = /\[(?:[^[\]]|\[[^\]]*\])*\]\(([^)\s]+)\)/g;

function fault(from: string, target: string): string | undefined {
  if (target.startsWith('https://')) return undefined;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? join(root, from) : join(root, dirname(from), path);
  if (!existsSync(file)) return `${target} does not exist`;
  if (anchor === undefined) return undefined;
  const anchors = headingsOf(readPage(relative(root, file))).map(anchorOf);
  return anchors.includes(anchor) ? undefined : `${target} has no such heading`;
}

describe('links', () => {
  it.each(allPages)('of $path lead somewhere', (page) => {
    const targets = Array.from(proseOf(page).matchAll(LINK), ([, target = '']) => target);
    expect(targets.map((target) => fault(page.path, target)).filter((found) => found !== undefined)).toEqual([]);
  });

  it('lead from the index to every page', () => {
    const index = readPage('docs/README.md').text;
    const pages = guides.map(({ path }) => path.replace('docs/', '')).filter((name) => name !== 'README.md');
    expect(pages.filter((name) => !index.includes(`](${name})`))).toEqual([]);
  });
});

describe('the picture of the path of a call', () => {
  const file = join(root, 'docs/images/path-of-a-call.svg');
  const svg = readFileSync(file, 'utf8');

  it('is small, and loads and runs nothing', () => {
    expect(statSync(file).size).toBeLessThanOrEqual(12 * 1024);
    expect(svg).not.toMatch(/<script|href=|url\(|@import|\son\w+=/);
  });

  it('says in words what it shows', () => expect(svg).toMatch(/<title[^>]*>.+<\/title>\s*<desc[^>]*>.+<\/desc>/));
});
