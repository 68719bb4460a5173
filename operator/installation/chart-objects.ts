/** What the chart says of the objects that it installs beside the operator: their manifests, as the chart wrote them into a ConfigMap. */
import { parseAllDocuments } from 'yaml';
import { INSTALLED_KEY } from '../names.ts';
import { type Json, policyContent, webhookContent } from './compare.ts';

/** `kind name` → what an object of that name has to say. */
export type ChartObjects = ReadonlyMap<string, Json>;

/** Throws an Error that says what is wrong with the text and how to mend it. */
export function readChartObjects(data: unknown): ChartObjects {
  const text = (data as Record<string, unknown> | undefined)?.[INSTALLED_KEY];
  if (typeof text !== 'string')
    throw new Error(`it has no key ${INSTALLED_KEY}, so its chart is older than the operator`);
  const objects = new Map<string, Json>();
  for (const document of parseAllDocuments(text)) {
    const object = document.toJS() as { kind?: unknown; metadata?: { name?: unknown }; webhooks?: unknown } | null;
    if (document.errors.length > 0) throw new Error(`its ${INSTALLED_KEY} is not YAML`);
    if (object === null) continue;
    const content = object.webhooks === undefined ? policyContent(object) : webhookContent(object);
    objects.set(`${String(object.kind)} ${String(object.metadata?.name)}`, content);
  }
  return objects;
}
