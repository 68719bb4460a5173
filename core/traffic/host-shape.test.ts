import { expect, it } from 'vitest';
import { shapeOfHost } from './host-shape.ts';

it.each([
  ['https://API.example.com/v1?user=ada', { is: 'url', scheme: 'https', host: 'api.example.com' }],
  ['http://127.0.0.1:8080/', { is: 'url', scheme: 'http', host: '127.0.0.1', port: 8080 }],
])('of the URL %s where it leads is kept', (url, shape) => expect(shapeOfHost(url, 'url')).toEqual(shape));

it('of a host it is kept, and the port', () => {
  expect(shapeOfHost('db.example.com:5432', 'host')).toEqual({ is: 'host', host: 'db.example.com', port: 5432 });
});

it.each([
  'https://a@b.example/',
  'https://a.example/?u=https://b.example',
  'https://a\\b.example/',
  'nothing',
  'file:///x',
])('nothing is kept of %s', (url) => expect(shapeOfHost(url, 'url')).toBeUndefined());
