import { describe, expect, it } from 'vitest';
import { sbomOf } from './sbom.ts';

const SHA512 = `sha512-${Buffer.alloc(64, 7).toString('base64')}`;
const zod = { name: 'zod', version: '4.0.0', license: 'MIT', texts: [], folder: 'node_modules/zod' };
const scoped = {
  name: '@a/b',
  version: '1.0.0',
  license: 'ISC',
  texts: [],
  folder: 'node_modules/zod/node_modules/@a/b',
};

function of(integrity?: string) {
  const locked = { 'node_modules/zod': integrity === undefined ? {} : { integrity } };
  return sbomOf({ name: 'operator', version: '0.1.0', sha256: 'ab', packages: [zod, scoped], locked });
}

describe('the bill of materials of a bundle', { tags: ['supply-chain'] }, () => {
  it('names what is in it, by what others look it up with', () => {
    expect(of(SHA512)).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: {
        component: { name: 'sallyport-operator', version: '0.1.0', hashes: [{ alg: 'SHA-256', content: 'ab' }] },
      },
      components: [
        {
          purl: 'pkg:npm/zod@4.0.0',
          hashes: [{ alg: 'SHA-512', content: '07'.repeat(64) }],
          licenses: [{ license: { id: 'MIT' } }],
        },
        { purl: 'pkg:npm/%40a/b@1.0.0', licenses: [{ license: { id: 'ISC' } }] },
      ],
    });
  });

  it('says that the bundle depends on each of them', () => {
    expect(of(SHA512)).toMatchObject({
      dependencies: [{ ref: 'sallyport-operator@0.1.0', dependsOn: [zod.folder, scoped.folder] }, {}, {}],
    });
  });

  it('is the same each time, whenever it is made', () => expect(of(SHA512)).toEqual(of(SHA512)));

  it('leaves out a hash that nobody knows, and stumbles over one of an unknown kind', () => {
    expect(JSON.stringify(of())).not.toContain('SHA-512');
    expect(() => of('md5-AAAA')).toThrow('an integrity of an unknown kind: md5-AAAA');
  });
});
