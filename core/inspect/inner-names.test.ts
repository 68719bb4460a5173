import { expect, it } from 'vitest';
import { innerName } from './inner-names.ts';

it.each(['localhost', 'localhost6', 'ip6-loopback', 'app.localhost', 'localhost.example.com', 'localhost.localdomain'])(
  '%s is the machine itself',
  (name) => {
    expect(innerName(name)).toBe('loopback');
  },
);

it.each([
  'redis',
  'redis.staging',
  'vault.svc',
  'a.b.svc.cluster.local',
  'x.internal',
  'home.arpa',
  'nas.home.arpa',
  'app.test',
])('%s is known only inside', (name) => {
  expect(innerName(name)).toBe('internal-name');
});

it.each([
  '10.0.0.1.nip.io',
  '8.8.8.8.nip.io',
  'nip.io',
  'localtest.me',
  'a.b.lvh.me',
  '10-0-0-1.a.com',
  '1.127.0.0.1.a.com',
  '168-63-129-16.a.com',
  'shop.localhost.tv',
  'fritz.box',
])('%s says where it leads', (name) => {
  expect(innerName(name)).toBe('address-in-name');
});

it.each([
  ...[
    'example.com',
    'a.example',
    'x.invalid',
    'xn--bcher-kva.de',
    'xn--e1afmkfd.xn--p1ai',
    'snip.io',
    'ec2-54-1-2-3.a.com',
  ],
  ...[
    'v1.2.3.example.com',
    '127.0.0.com',
    'mylocalhost.com',
    'localhost-tools.dev',
    '1.110.0.0.1a.com',
    '110.0.0.1.a.com',
  ],
])('%s is public', (name) => {
  expect(innerName(name)).toBeUndefined();
});
