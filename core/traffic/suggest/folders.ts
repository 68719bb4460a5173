/** Folders that hold others, in place of them: a rule names each way in once. */

/** Of absolute ones, those that no other one holds; sorted. */
export function outermost(folders: readonly string[]): string[] {
  const roots: string[] = [];
  for (const folder of folders.toSorted()) {
    const last = roots.findLast((root) => isWithin(folder, root));
    if (last === undefined) roots.push(folder);
  }
  return roots;
}

export function isWithin(folder: string, root: string): boolean {
  return folder === root || root === '/' || folder.startsWith(`${root}/`);
}
