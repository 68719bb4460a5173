/** How the files of a build came about: an in-toto statement (v1) with a SLSA provenance (v1) in it. It is true only once it is signed. */
export interface ProvenanceInput {
  /** Names of files, and their SHA-256 in hexadecimal. */
  readonly files: Readonly<Record<string, string>>;
  readonly version: string;
  /** A commit in full, or as much of it as is known; `-dirty` behind it: with changes that are in no commit. */
  readonly commit: string;
  /** Of package-lock.json, in hexadecimal. */
  readonly lockSha256: string;
  /** Such as v24.21.0. */
  readonly node: string;
  readonly parameters: Readonly<Record<string, boolean | readonly string[]>>;
  /** Who runs the build, as a URI. */
  readonly builder: string;
}

export const REPOSITORY = 'https://github.com/sallyport/sallyport';
/** What `parameters` mean is said there. */
const BUILD_TYPE = `${REPOSITORY}/blob/main/docs/supply-chain.md#provenance`;

export function provenanceOf(input: ProvenanceInput): object {
  const { files, version, commit, lockSha256, node, parameters, builder } = input;
  const isWhole = /^[0-9a-f]{40}$/.test(commit);
  const source = {
    uri: `git+${REPOSITORY}`,
    ...(isWhole ? { digest: { gitCommit: commit } } : { annotations: { commit } }),
  };
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: Object.entries(files).map(([name, sha256]) => ({ name, digest: { sha256 } })),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: { version, ...parameters },
        internalParameters: { node },
        resolvedDependencies: [source, { name: 'package-lock.json', digest: { sha256: lockSha256 } }],
      },
      runDetails: { builder: { id: builder } },
    },
  };
}
