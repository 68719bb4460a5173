import { expect, it } from 'vitest';
import { findMetadataService, isMetadataService } from './metadata-services.ts';

it.each([
  '169.254.169.254',
  'fd00:ec2::254',
  '168.63.129.16',
  'metadata.google.internal',
  'metadata',
  'kubernetes.default.svc',
])('%s is one', (host) => {
  expect(isMetadataService(host)).toBe(true);
});

it.each(['169.254.169.25', 'metadata.example.com', 'x.metadata.google.internal', 'kubernetes.io'])(
  '%s is none',
  (host) => {
    expect(isMetadataService(host)).toBe(false);
  },
);

it.each([
  ['/redir-http-169.254.169.254:80-', '169.254.169.254'],
  ['?u=Metadata.Google.Internal/computeMetadata', 'Metadata.Google.Internal'],
  ['?u=[fd00:ec2::254]', 'fd00:ec2::254'],
  ['?u=169.254.169.254.', '169.254.169.254'],
])('%s names %s', (text, named) => {
  expect(findMetadataService(text)).toBe(named);
});

it.each([
  '?v=1.169.254.169.254',
  '?v=169.254.169.2541',
  '?q=metadata',
  '/docs/kubernetes.default.svc',
  '?u=metadata.goog.example',
])('%s names none', (text) => {
  expect(findMetadataService(text)).toBeUndefined();
});
