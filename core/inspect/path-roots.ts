/** The folders a path may be in, made ready once for all the paths that are held against them. */
import { posix } from 'node:path';

/** Segments that a path begins with and that lead out of the folder it is resolved against. */
const CLIMBS = /^\.\.(?:\/|$)/;

export class PathRoots {
  /** As they were written, for sentences. */
  readonly written: readonly string[];
  readonly #roots: readonly string[];
  /** With the separator: `/data_evil` is not inside `/data` (CVE-2025-53110). */
  readonly #prefixes: readonly string[];

  /** `roots` are absolute POSIX paths. */
  constructor(roots: readonly string[]) {
    this.written = roots;
    this.#roots = roots.map((root) => posix.resolve('/', root));
    this.#prefixes = this.#roots.map((root) => (root === '/' ? root : `${root}/`));
  }

  /**
   * Whether a path ends inside some root. A relative one is resolved against each, since nobody but the server knows which of them is
   * its working directory, and has to end inside some root every time.
   */
  hold(path: string): boolean {
    if (this.#roots.length === 0) return false;
    if (isResolved(path)) return this.#isInside(path);
    const plain = posix.normalize(path);
    if (plain.startsWith('/')) return this.#isInside(posix.resolve(plain));
    if (!CLIMBS.test(plain)) return true;
    return this.#roots.every((base) => this.#isInside(posix.resolve(base, plain)));
  }

  /** How many characters are gone through for these paths. */
  workOf(paths: readonly string[]): number {
    let work = this.#roots.length;
    for (const path of paths) {
      const perRoot = path.startsWith('/') || !path.includes('..') ? 1 : 1 + this.#roots.length;
      work += path.length * perRoot;
    }
    return work;
  }

  #isInside(resolved: string): boolean {
    for (let i = 0; i < this.#roots.length; i++) {
      if (resolved === this.#roots[i] || resolved.startsWith(this.#prefixes[i] as string)) return true;
    }
    return false;
  }
}

/** What normalising would give back as it is: nearly every absolute path that is sent. No part begins with a dot, none is empty. */
function isResolved(path: string): boolean {
  return path.startsWith('/') && !path.includes('/.') && !path.includes('//') && !path.endsWith('/');
}
