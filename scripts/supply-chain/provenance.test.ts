import { expect, it } from 'vitest';
import { provenanceOf } from './provenance.ts';

const base = {
  files: { 'operator.mjs': 'ab' },
  version: '0.1.0',
  commit: 'c'.repeat(40),
  lockSha256: 'cd',
  node: 'v24.21.0',
  parameters: { sourcemap: false },
  builder: 'https://ci.example.com/runner',
};

it('says which files were made, by whom, and from what', { tags: ['supply-chain'] }, () => {
  expect(provenanceOf(base)).toMatchObject({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'operator.mjs', digest: { sha256: 'ab' } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        externalParameters: { version: '0.1.0', sourcemap: false },
        resolvedDependencies: [{ digest: { gitCommit: 'c'.repeat(40) } }, { digest: { sha256: 'cd' } }],
      },
      runDetails: { builder: { id: 'https://ci.example.com/runner' } },
    },
  });
});

it.each(['unknown', 'abcdef123456', `${'c'.repeat(40)}-dirty`])('does not pass %s off as a commit', (commit) => {
  const text = JSON.stringify(provenanceOf({ ...base, commit }));
  expect(text).not.toContain('gitCommit');
  expect(text).toContain(`"annotations":{"commit":"${commit}"}`);
});
