/** A directory as the kubelet mounts a ConfigMap or a Secret: real files in a dated directory, swapped by one rename. */
import { mkdirSync, mkdtempSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

type Files = Readonly<Record<string, string>>;

export class MountedVolume {
  readonly path = mkdtempSync(join(tmpdir(), 'sallyport-volume-'));
  #generation = 0;
  #names = new Set<string>();

  constructor(files: Files = {}) {
    this.swap(files);
  }

  /** What the kubelet's atomic writer does, in its order. */
  swap(files: Files): void {
    const dated = `..2026_11_21_${String(this.#generation++).padStart(6, '0')}`;
    mkdirSync(join(this.path, dated));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(this.path, dated, dirname(name)), { recursive: true });
      writeFileSync(join(this.path, dated, name), text);
    }
    const old = this.#generation > 1 ? readlinkSync(join(this.path, '..data')) : undefined;
    symlinkSync(dated, join(this.path, '..data_tmp'));
    renameSync(join(this.path, '..data_tmp'), join(this.path, '..data'));
    // Of a file in a folder, the folder is what is linked.
    const names = new Set(Object.keys(files).map((name) => name.split('/', 1)[0] ?? ''));
    for (const name of names) {
      if (!this.#names.has(name)) symlinkSync(join('..data', name), join(this.path, name));
    }
    for (const name of this.#names) if (!names.has(name)) rmSync(join(this.path, name));
    this.#names = names;
    if (old !== undefined) rmSync(join(this.path, old), { recursive: true });
  }

  close(): void {
    rmSync(this.path, { recursive: true });
  }
}
