/** Amounts of bytes as people write them. Free of schemas, for what has to start quickly. */

export const QUANTITY = /^[0-9]{1,9}(k|M|G|Ki|Mi|Gi)?$/;
const UNIT_BYTES: Record<string, number> = { '': 1, k: 1e3, M: 1e6, G: 1e9, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };

/** Bytes of a quantity such as `256Ki`, `1Mi` or `4096`. Throws on anything else: text from outside passes a schema first. */
export function parseQuantity(text: string): number {
  const unit = UNIT_BYTES[QUANTITY.exec(text)?.[1] ?? ''];
  if (unit === undefined || !QUANTITY.test(text)) throw new RangeError(`not a quantity: ${JSON.stringify(text)}`);
  return Number.parseInt(text, 10) * unit;
}
