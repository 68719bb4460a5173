import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { entries } from './build.ts';

const root = join(import.meta.dirname, '..');
const ignore = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');

/** What a COPY line copies: all but its options and its last word. */
const sources = (words: string[]): string[] => words.filter((word) => !word.startsWith('--')).slice(0, -1);
const isFromStage = (words: string[]): boolean => words.some((word) => word.startsWith('--from='));

/** Flags that V8 does not take into the key of compiled code: sizes and threads. */
const NOT_OF_CODE = /-size=|-size-percentage=|-recompilation"$/;

describe.each(readdirSync(root).filter((name) => name.startsWith('Dockerfile')))('%s', (name) => {
  const text = readFileSync(join(root, name), 'utf8').replaceAll('\\\n', ' ');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const copies = lines.filter((line) => line.startsWith('COPY ')).map((line) => line.split(/\s+/).slice(1));
  const fromTree = copies.filter((words) => !isFromStage(words)).flatMap(sources);
  const fromBuild = copies.filter(isFromStage).flatMap(sources);

  test('every file copied from the tree is there, not ignored by git, and let through by .dockerignore', () => {
    for (const path of fromTree.filter((source) => source !== '.')) {
      expect(existsSync(join(root, path)), path).toBe(true);
      expect(ignore, path).toContain(`!${path}`);
      // check-ignore answers 1 for a path that is not ignored; without a repository there is nothing to ask.
      if (existsSync(join(root, '.git'))) {
        expect(() => execFileSync('git', ['check-ignore', '-q', path], { cwd: root }), path).toThrow();
      }
    }
  });

  test('every file copied from the build is one that the build writes', () => {
    const written = [
      'cli.mjs',
      'sidecar.mjs',
      'gate.mjs',
      'operator.mjs',
      'archive.mjs',
      'hooks.mjs',
      'telemetry.mjs',
      'valkey.mjs',
      'THIRD_PARTY_NOTICES.txt',
    ].map((file) => `/src/dist/${file}`);
    for (const path of fromBuild) expect([...written, '/compile-cache']).toContain(path);
  });

  test('it runs as the user that is nobody, without a shell', () => {
    expect(lines).toContain('USER 65532:65532');
    const final = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
    for (const line of final.filter((candidate) => /^(?:RUN|ENTRYPOINT|CMD) /.test(candidate))) {
      expect(line).toMatch(/^\w+ \["node", .*\]$/);
    }
  });

  test('it runs the bundle of its name, after compiling it once', () => {
    const bundle = `${name.replace('Dockerfile.', '')}.mjs`;
    expect(fromBuild).toContain(`/src/dist/${bundle}`);
    const [run = '', entrypoint = '', ...others] = lines.filter((line) => /^(?:RUN \[|ENTRYPOINT )/.test(line));
    expect(entrypoint).toMatch(new RegExp(String.raw`^ENTRYPOINT \["node", (?:"--[^"]+", )*"/app/${bundle}"\]$`));
    // Code that was compiled under another of these is not found.
    const ofCode = (entrypoint.match(/"--[^"]+"/g) ?? []).filter((flag) => !NOT_OF_CODE.test(flag));
    expect(run).toBe(`RUN [${['"node"', ...ofCode, `"/app/${bundle}"`, '"--version"'].join(', ')}]`);
    expect(others).toEqual([]);
  });

  test('the version in its labels is that of the package', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(lines).toContain(`ARG VERSION=${version}`);
  });
});

test('the folder of every entry of the build gets past .dockerignore', () => {
  for (const path of Object.values(entries)) expect(ignore).toContain(`!${path.split('/')[0] ?? ''}`);
});

test('both images are built in the same way, from the same arguments', () => {
  const shape = (name: string): string[] =>
    readFileSync(join(root, name), 'utf8')
      .split('\n')
      .filter((line) => /^(?:ARG|FROM|WORKDIR|USER|COPY|RUN|ENV) ?/.test(line))
      // The archive and the hooks are other entries of the operator's image; the gate and the client of a store, of the sidecar's.
      .map((line) =>
        line
          .replaceAll(/ \/src\/dist\/(?:archive|gate|hooks|valkey)\.mjs/g, '')
          .replaceAll(/sidecar|operator/g, 'NAME')
          .replaceAll(/"--(?!version)[^"]+", /g, ''),
      );
  expect(shape('Dockerfile.operator')).toEqual(shape('Dockerfile.sidecar'));
});
