/** In which order the ways to show who one is are asked, as a bundle says it: all of them. */
import * as z from 'zod';
import { DEFAULT_ORDER, type WayIn } from '../../api/access-names.ts';

export const orderSchema = z.array(z.enum(DEFAULT_ORDER)).readonly();

/** Absent: the order that every gate has by itself. What is not listed comes behind. */
export function compileOrder(access: { readonly order?: readonly WayIn[] | undefined } | undefined): {
  readonly order?: readonly WayIn[];
} {
  const order = [...new Set([...(access?.order ?? []), ...DEFAULT_ORDER])];
  return order.every((way, i) => way === DEFAULT_ORDER[i]) ? {} : { order };
}
