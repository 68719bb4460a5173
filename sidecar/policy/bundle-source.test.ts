import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { compile } from '../../core/policy/compile.ts';
import { pack, server } from '../../core/policy/testing/gen.ts';
import { BundleSource } from './bundle-source.ts';

const bundle = (name: string) => compile(server(), [pack({ tools: [{ names: [name], effect: 'Allow' }] })]);

describe('BundleSource', () => {
  let directory: string;
  let source: BundleSource | undefined;
  const onPolicy = vi.fn();
  const onProblem = vi.fn();

  /** As the kubelet does it: a new directory, then one rename of the link that all files lead through. */
  const mount = (version: string, text: string | undefined): void => {
    mkdirSync(join(directory, `..${version}`));
    if (text !== undefined) writeFileSync(join(directory, `..${version}`, 'bundle.json'), text);
    symlinkSync(`..${version}`, join(directory, '..data_tmp'));
    renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
    if (version === '1') symlinkSync(join('..data', 'bundle.json'), join(directory, 'bundle.json'));
  };
  const open = () => (source = new BundleSource(directory, { onPolicy, onProblem }));

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'bundle-'));
  });
  afterEach(() => {
    source?.close();
    rmSync(directory, { recursive: true });
  });

  it('takes what is mounted at the start, and each swap of the mount', async () => {
    mount('1', bundle('a').text);
    const opened = open();
    expect(opened.current()?.revision).toBe(bundle('a').revision);
    mount('2', bundle('b').text);
    await vi.waitFor(() => expect(opened.current()?.revision).toBe(bundle('b').revision));
    expect(onPolicy).toHaveBeenCalledTimes(2);
  });

  it('keeps the last good policy when the next one is not valid, or gone', async () => {
    mount('1', bundle('a').text);
    const opened = open();
    mount('2', '{"formatVersion":1}');
    await vi.waitFor(() => expect(onProblem).toHaveBeenCalledWith(expect.stringContaining('is not valid')));
    expect(opened.current()?.revision).toBe(bundle('a').revision);
    mount('3', undefined);
    await vi.waitFor(() => expect(onProblem).toHaveBeenCalledWith(expect.stringContaining('ENOENT')), 5_000);
    expect(opened.current()?.revision).toBe(bundle('a').revision);
  });

  it('has no policy as long as there was never a valid one', async () => {
    mount('1', 'not JSON');
    const opened = open();
    expect(opened.current()).toBeUndefined();
    mount('2', bundle('a').text);
    await vi.waitFor(() => expect(opened.current()?.revision).toBe(bundle('a').revision));
  });
});
