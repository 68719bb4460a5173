/** Sums of money, exact: decimal numbers by currency. */

/** As records have them: nine decimals are those of a millionth for a thousandth of a credit. */
const AMOUNT = /^[0-9]{1,24}(\.[0-9]{1,9})?$/;
const CURRENCY = /^[A-Z]{3}$/;
const DECIMALS = 9;
/** A log that somebody else has written must not fill the memory. */
const MOST_CURRENCIES = 16;

export class Amounts {
  readonly #sums = new Map<string, bigint>();

  /** What is no amount adds nothing. */
  add(amount: string, currency: string): void {
    if (!AMOUNT.test(amount) || !CURRENCY.test(currency)) return;
    const before = this.#sums.get(currency);
    if (before === undefined && this.#sums.size === MOST_CURRENCIES) return;
    const [whole = '', fraction = ''] = amount.split('.');
    this.#sums.set(currency, (before ?? 0n) + BigInt(whole + fraction.padEnd(DECIMALS, '0')));
  }

  /** By currency, in the order of the alphabet. */
  sums(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      [...this.#sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([of, sum]) => [of, textOf(sum)]),
    );
  }
}

function textOf(sum: bigint): string {
  const digits = String(sum).padStart(DECIMALS + 1, '0');
  const fraction = digits.slice(-DECIMALS).replace(/0{1,9}$/, '');
  return fraction === '' ? digits.slice(0, -DECIMALS) : `${digits.slice(0, -DECIMALS)}.${fraction}`;
}
