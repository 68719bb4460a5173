import { describe, expect, it } from 'vitest';
import { wordsOf } from './words.ts';

describe('the words of a name', () => {
  it.each([
    ['path', ['path']],
    ['repo_name', ['repo', 'name']],
    ['repoName', ['repo', 'name']],
    ['RepoName', ['repo', 'name']],
    ['repo-name', ['repo', 'name']],
    ['webhookURL', ['webhook', 'url']],
    ['HTMLBody', ['html', 'body']],
    ['targetURLs', ['target', 'url']],
    ['URLsToFetch', ['url', 'to', 'fetch']],
    ['x.y/z', ['x', 'y', 'z']],
    ['', []],
    ['__', []],
    ['ipv4Address', ['ipv4', 'address']],
  ])('of %j are %j', (name, words) => {
    expect(wordsOf(name)).toEqual(words);
  });

  it.each([
    ['paths', ['path']],
    ['urls', ['url']],
    ['status', ['status']],
    ['address', ['address']],
    ['alias', ['alias']],
    ['ids', ['ids']],
    ['dns', ['dns']],
  ])('of the plural %j are %j', (name, words) => {
    expect(wordsOf(name)).toEqual(words);
  });

  it('end where no name goes on', () => {
    expect(wordsOf('a'.repeat(1_000_000))).toEqual(['a'.repeat(128)]);
  });
});
