import { describe, expect, it } from 'vitest';
import { dlpSchema } from './dlp.ts';

const complaints = (entry: object): string[] =>
  (dlpSchema.safeParse([{ detect: ['secrets'], effect: 'Redact', ...entry }]).error?.issues ?? []).map(
    ({ path, message }) => `${path.slice(1).join('.')}: ${message}`,
  );

describe('an entry', () => {
  it.each([
    [
      'every field',
      { name: 'a', in: ['arguments'], tools: ['get_*'], effect: 'RequireApproval', mode: 'Shadow', reason: 'b' },
    ],
    ['patterns alone', { detect: [], patterns: [{ name: 'codename', pattern: 'PROJECT-[A-Z]{4}' }] }],
    ['hosts of images', { detect: ['imagesWithData'], hosts: ['*.example.com'] }],
    ['words alone', { detect: undefined, words: [{ name: 'projects', words: ['Blue Harvest'] }] }],
  ])('may have %s', (_what, entry) => {
    expect(complaints(entry)).toEqual([]);
  });

  it.each([
    ['nothing it looks for', { detect: [] }, /^: looks for nothing/],
    ['results to hold', { effect: 'RequireApproval' }, /^effect: cannot hold results/],
    ['hosts of nothing', { hosts: ['a.example'] }, /^hosts: are about imagesWithData/],
    ['no host', { detect: ['linksWithData'], hosts: ['https://a.example/'] }, /^hosts\.0: is not a host/],
    ['another effect', { effect: 'Allow' }, /^effect: /],
    ['an unknown kind', { detect: ['planets'] }, /^detect\.0: /],
    ['nowhere to look', { in: [] }, /^in: /],
    [
      'a pattern that is no RE2',
      { patterns: [{ name: 'a', pattern: '(?=b)c' }] },
      /^patterns\.0\.pattern: is not a pattern of RE2/,
    ],
    ['a pattern that matches everything', { patterns: [{ name: 'a', pattern: '.*' }] }, /matches the empty text/],
    ['a placeholder that is no name', { words: [{ name: 'A b', words: ['c'] }] }, /^words\.0\.name: is not a name/],
  ])('does not have %s', (_what, entry, complaint) => {
    expect(complaints(entry)).toEqual([expect.stringMatching(complaint)]);
  });
});
