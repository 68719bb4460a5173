import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
  const mountFiles = (version: string, files: Record<string, string>): void => {
    mkdirSync(join(directory, `..${version}`));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, `..${version}`, name), text);
    symlinkSync(`..${version}`, join(directory, '..data_tmp'));
    renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
    for (const name of ['bundle.json', ...Object.keys(files)]) {
      if (!readdirSync(directory).includes(name)) symlinkSync(join('..data', name), join(directory, name));
    }
  };
  const mount = (version: string, text: string | undefined): void =>
    mountFiles(version, text === undefined ? {} : { 'bundle.json': text });
  const open = () => (source = new BundleSource(directory, { onPolicy, onProblem }));

  beforeEach(() => {
    vi.clearAllMocks();
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

  it('takes each swap within milliseconds, also when nobody calls', async () => {
    mount('1', bundle('t0').text);
    open();
    const times: number[] = [];
    for (let i = 1; i <= 5; i++) {
      const { text, revision } = bundle(`t${i}`);
      const began = performance.now();
      mount(String(i + 1), text);
      await vi.waitFor(() => expect(onPolicy).toHaveBeenLastCalledWith(expect.objectContaining({ revision })), {
        interval: 1,
      });
      times.push(performance.now() - began);
    }
    expect(Math.min(...times)).toBeLessThan(20);
  });

  it('takes a file that comes long after the mount, as with an optional ConfigMap', async () => {
    symlinkSync('..0', join(directory, '..data'));
    mkdirSync(join(directory, '..0'));
    open();
    expect(onProblem).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('bundle.json is not there (ENOENT)'));
    mount('1', bundle('a').text);
    await vi.waitFor(() => expect(onPolicy).toHaveBeenCalledOnce(), { interval: 1, timeout: 1_000 });
  });

  it('says it when what could not be taken is gone again', async () => {
    mount('1', bundle('a').text);
    open();
    mount('2', 'not JSON');
    await vi.waitFor(() => expect(onProblem).toHaveBeenCalledOnce());
    mount('3', bundle('a').text);
    await vi.waitFor(() => expect(onPolicy).toHaveBeenCalledTimes(2));
  });

  it('has no policy as long as there was never a valid one', async () => {
    mount('1', 'not JSON');
    const opened = open();
    expect(opened.current()).toBeUndefined();
    mount('2', bundle('a').text);
    await vi.waitFor(() => expect(opened.current()?.revision).toBe(bundle('a').revision));
  });

  describe('of several versions', () => {
    const [older, newer] = [bundle('a'), bundle('b')];
    const both = { 'bundle.json': older.text, 'bundle.v2.json': newer.text, 'bundle.v3.json': 'not for us' };

    it('takes the newest that it reads', () => {
      mountFiles('1', both);
      expect(open().current()?.revision).toBe(newer.revision);
      expect(onProblem).not.toHaveBeenCalled();
    });

    it('goes on with an older one when an operator of yesterday takes the newer away', async () => {
      mountFiles('1', both);
      const opened = open();
      mountFiles('2', { 'bundle.json': older.text });
      await vi.waitFor(() => expect(opened.current()?.revision).toBe(older.revision));
      expect(onProblem).not.toHaveBeenCalled();
    });

    it('never takes the older one of a swap that brings a newer', async () => {
      mountFiles('1', { 'bundle.json': older.text });
      const opened = open();
      mountFiles('2', { 'bundle.json': bundle('c').text, 'bundle.v2.json': newer.text });
      await vi.waitFor(() => expect(opened.current()?.revision).toBe(newer.revision));
      expect(onPolicy.mock.calls.map(([policy]) => (policy as { revision: string }).revision)).toEqual([
        older.revision,
        newer.revision,
      ]);
    });

    it('keeps what it has where the newest asks for what it does not know, though an older one is there', async () => {
      mountFiles('1', { 'bundle.json': older.text });
      const opened = open();
      const strange = newer.text.replace(
        '"formatVersion":1',
        '"formatVersion":2,"requires":{"dlp.results":["finance/p"]}',
      );
      mountFiles('2', { 'bundle.json': bundle('c').text, 'bundle.v2.json': strange });
      await vi.waitFor(() => expect(onProblem).toHaveBeenCalledOnce());
      expect(opened.problem).toContain('pack finance/p requires dlp.results');
      expect(opened.current()?.revision).toBe(older.revision);
    });
  });
});
