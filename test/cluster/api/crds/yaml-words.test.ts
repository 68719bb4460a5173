/** What kubectl and the API server make of words without quotes is what `sallyport lint` warns of, and of folders what the guides say. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { lint } from '../../../../cli/lint.ts';
import { cleanupAfterAll } from '../../../support/cleanup.ts';
import { Workspace } from '../../../support/cli.ts';
import { kubectl } from '../../api-server.ts';
import { RawApi } from './raw-api.ts';

const { use } = cleanupAfterAll();
let namespace: string;

beforeAll(async () => {
  const api = await use(new RawApi(inject('apiServerKubeconfig')));
  namespace = await api.namespace();
});

const apply = (args: readonly string[], text?: string): Promise<string> =>
  kubectl(inject('apiServerKubeconfig'), ['apply', '-n', namespace, ...args], text);

const packWith = (word: string): string => `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: words}
spec:
  tools: [{names: [${word}], effect: Allow}]
`;
const warned = (text: string): boolean => lint([{ path: 'a.yaml', text }]).warnings.length > 0;

describe('a word without quotes', () => {
  it.each(['y', 'Y', 'yes', 'on', 'ON', 'n', 'No', 'off', 'Off', '1_000'])(
    '%s is refused, and warned of',
    async (word) => {
      await expect(apply(['--dry-run=server', '-f', '-'], packWith(word))).rejects.toThrow(
        /names\[0\].*must be of type string/,
      );
      expect(warned(packWith(word))).toBe(true);
      await apply(['--dry-run=server', '-f', '-'], packWith(`"${word}"`));
    },
  );

  it.each(['yEs', 'oN', 'x_0', '1_0x', '2026-01-01', '1:20', 'nope'])('%s is itself', async (word) => {
    await apply(['--dry-run=server', '-f', '-'], packWith(word));
    expect(warned(packWith(word))).toBe(false);
  });

  it('is false for a setting that is Off', async () => {
    const text = packWith('a').replace('spec:\n', 'spec:\n  arguments: {schema: Off}\n');
    await expect(apply(['-f', '-'], text)).rejects.toThrow(/spec\.arguments\.schema.*"boolean"/);
    expect(warned(text)).toBe(true);
    await apply(['-f', '-'], text.replace('Off', '"Off"'));
  });
});

describe('kubectl apply -f FOLDER', () => {
  it('passes over cases in tests/, and not over those beside a pack', async () => {
    const home = await use(new Workspace());
    const folder = home.path('policy');
    mkdirSync(join(folder, 'tests'), { recursive: true });
    writeFileSync(join(folder, 'words.yaml'), packWith('a'));
    writeFileSync(join(folder, 'tests', 'words.test.yaml'), 'tests: [{name: a, tool: a, expect: Allow}]\n');
    expect(await apply(['-f', folder])).toContain('policypack.sallyport.dev/words');
    await expect(apply(['-R', '-f', folder])).rejects.toThrow();
    writeFileSync(join(folder, 'words.test.yaml'), 'tests: [{name: a, tool: a, expect: Allow}]\n');
    await expect(apply(['-f', folder])).rejects.toThrow();
  });
});
