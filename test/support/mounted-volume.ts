/** A directory as the kubelet mounts a ConfigMap or a Secret: real files in a dated directory, swapped by one rename. */
import { mkdirSync, mkdtempSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.path, dated, name), text);
    const old = this.#generation > 1 ? readlinkSync(join(this.path, '..data')) : undefined;
    symlinkSync(dated, join(this.path, '..data_tmp'));
    renameSync(join(this.path, '..data_tmp'), join(this.path, '..data'));
    for (const name of Object.keys(files)) {
      if (!this.#names.has(name)) symlinkSync(join('..data', name), join(this.path, name));
    }
    for (const name of this.#names) if (!(name in files)) rmSync(join(this.path, name));
    this.#names = new Set(Object.keys(files));
    if (old !== undefined) rmSync(join(this.path, old), { recursive: true });
  }

  close(): void {
    rmSync(this.path, { recursive: true });
  }
}
