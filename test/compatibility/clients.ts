/** The official clients of the matrix, over each transport they speak. */
import { pythonClient } from './clients/python.ts';
import { type OfficialClient, TRANSPORTS, type Transport } from './clients/shape.ts';
import { typescriptV1 } from './clients/typescript-v1.ts';
import { typescriptV2 } from './clients/typescript-v2.ts';
import { PYTHON, SDK_1, SDK_2 } from './python-sdks.ts';

type Over = (transport: Transport) => OfficialClient;

const TYPESCRIPT: readonly Over[] = [
  typescriptV1,
  ...(['legacy', 'auto', 'modern'] as const).map(
    (negotiation): Over =>
      (transport) =>
        typescriptV2(negotiation, transport),
  ),
];

const PYTHONS: readonly Over[] = [
  (transport) => pythonClient(`Python ${SDK_1.version}`, SDK_1.driver, 'legacy', transport),
  ...(['legacy', 'auto'] as const).map(
    (mode): Over =>
      (transport) =>
        pythonClient(`Python ${SDK_2.version}, ${mode}`, SDK_2.driver, mode, transport),
  ),
];

const KINDS = PYTHON === undefined ? TYPESCRIPT : [...TYPESCRIPT, ...PYTHONS];

export const CLIENTS: readonly OfficialClient[] = KINDS.flatMap((over) => TRANSPORTS.map(over));
