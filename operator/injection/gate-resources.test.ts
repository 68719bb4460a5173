import { expect, test } from 'vitest';
import { gateResources, type Resources } from './gate-resources.ts';

const CHART: Resources = { requests: { cpu: '50m', memory: '96Mi' }, limits: { memory: '192Mi' } };

test.each<[string, Resources | undefined, Resources]>([
  ['nothing: as the chart says', undefined, CHART],
  [
    'another limit: the rest is of the chart',
    { limits: { memory: '1Gi' } },
    { requests: { cpu: '50m', memory: '96Mi' }, limits: { memory: '1Gi' } },
  ],
  [
    'a limit below the request of the chart: no more is asked for',
    { limits: { cpu: '20m', memory: '64Mi' } },
    { requests: { cpu: '20m', memory: '64Mi' }, limits: { cpu: '20m', memory: '64Mi' } },
  ],
  [
    'a request above the limit of the chart: the limit is raised',
    { requests: { memory: '0.5Gi' } },
    { requests: { cpu: '50m', memory: '0.5Gi' }, limits: { memory: '0.5Gi' } },
  ],
  [
    'a request where the chart has no limit',
    { requests: { cpu: 1 } },
    { requests: { cpu: 1, memory: '96Mi' }, limits: { memory: '192Mi' } },
  ],
])('an MCPServer that says %s', (_, server, expected) => {
  expect(gateResources(CHART, server)).toEqual(expected);
});
