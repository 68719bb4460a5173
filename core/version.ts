/** Which Sallyport this is. The build puts the two constants in place; run from source, they do not exist. */
declare const __SALLYPORT_VERSION__: string | undefined;
declare const __SALLYPORT_COMMIT__: string | undefined;

/** The version of the package, `0.0.0-dev` when run from source. */
export const version: string = typeof __SALLYPORT_VERSION__ === 'string' ? __SALLYPORT_VERSION__ : '0.0.0-dev';

/** The git commit it was built from, with `-dirty` when the tree had changes; `unknown` when run from source. */
export const commit: string = typeof __SALLYPORT_COMMIT__ === 'string' ? __SALLYPORT_COMMIT__ : 'unknown';
