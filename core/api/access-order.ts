/** In which order the ways to show who one is are asked. */
import * as z from 'zod';
import { DEFAULT_ORDER, WAYS_IN, type WayIn } from './access-names.ts';
import { type CelRule, cel } from './kubernetes.ts';

const ASKED_TWICE = 'names one way twice, and each is asked once; remove one of them';
const TWICE = 'stands here twice, and is asked once; remove one of them';

export const orderSchema = z
  .array(z.enum(DEFAULT_ORDER))
  .min(1)
  .max(DEFAULT_ORDER.length)
  .superRefine((order, ctx) => {
    order.forEach((way, i) => {
      if (order.indexOf(way) !== i) ctx.addIssue({ code: 'custom', path: [i], message: TWICE });
    });
  })
  // Not a set: server-side apply merges those in whatever order.
  .meta(cel({ rule: 'self.all(way, self.exists_one(other, other == way))', message: ASKED_TWICE }));

/** The same for the API server, of the object that holds the fields. */
export const ORDER_RULES: readonly CelRule[] = DEFAULT_ORDER.map((way) => ({
  rule: `!has(self.order) || !('${way}' in self.order) || has(self.${WAYS_IN[way]})`,
  message: notOpen(way),
}));

/** A way that nothing opens is a slip: somebody believes that it is asked. */
export function checkOrder(access: Readonly<Record<string, unknown>>, ctx: z.RefinementCtx): void {
  const order: readonly unknown[] = Array.isArray(access['order']) ? access['order'] : [];
  order.forEach((way, i) => {
    if (!isWayIn(way) || access[WAYS_IN[way]] !== undefined) return;
    ctx.addIssue({ code: 'custom', path: ['order', i], message: notOpen(way) });
  });
}

function isWayIn(way: unknown): way is WayIn {
  return typeof way === 'string' && Object.hasOwn(WAYS_IN, way);
}

function notOpen(way: WayIn): string {
  const field = WAYS_IN[way];
  return `names ${way}, but there is no \`${field}\` beside it that says who is taken; add ${field}, or take ${way} out`;
}
