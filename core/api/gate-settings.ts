/** How the gate in the pods of one MCPServer differs from what the chart says of all. */
import * as z from 'zod';
import { resourcesSchema } from './resources.ts';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export const gateSettingsSchema = z.strictObject({
  resources: resourcesSchema
    .optional()
    .describe(
      'CPU and memory of the gate, amount by amount over sidecar.resources of the chart. Default: as the chart says.',
    ),
  logLevel: z
    .enum(LEVELS)
    .optional()
    .describe(
      'What the gate logs: trace, debug, info, warn, error, fatal or silent. Default: sidecar.logLevel of the chart.',
    ),
});

export const NO_GATE_IN_PODS = 'is of the gate in the pods of a server, and this one has none; remove it';
