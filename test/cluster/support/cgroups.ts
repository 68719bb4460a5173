/** Control groups: folders in one tree (version 2), or in one for each controller (version 1). */
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';
/** Version 1 starts a group without any processor or memory node, and no process can be put into it. */
const CPUSET = ['cpuset.cpus', 'cpuset.mems'];

/** Makes an empty group of that name at the top of every tree. */
export function makeCgroups(name: string): void {
  for (const tree of trees()) {
    const group = join(tree, name);
    mkdirSync(group, { recursive: true });
    if (isUnified()) continue;
    for (const file of CPUSET.filter((each) => existsSync(join(group, each)))) {
      copyFileSync(join(tree, file), join(group, file));
    }
  }
}

/** Removes the groups of that name with all below them; those that still have a process in them stay. */
export function removeCgroups(name: string): void {
  for (const tree of trees()) removeTree(join(tree, name));
}

function isUnified(): boolean {
  return existsSync(join(ROOT, 'cgroup.controllers'));
}

function trees(): string[] {
  if (isUnified()) return [ROOT];
  if (!existsSync(ROOT)) return [];
  const folders = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => join(ROOT, name)).filter((folder) => existsSync(join(folder, 'cgroup.procs')));
}

function removeTree(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(join(folder, entry.name));
  }
  try {
    rmdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
  }
}
