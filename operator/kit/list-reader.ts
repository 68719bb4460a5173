/**
 * A list of the API server read item by item: the whole of it may be as long as all pods of a cluster, and must not be in memory as
 * text, nor as objects before they are pruned. Only where an item begins and ends is looked for here; what is in it, JSON.parse says.
 */
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** etcd takes 1.5 MB. */
const MAX_ITEM_BYTES = 16 * 1024 * 1024;
/** Of what is around the items: kind, resource version, where the next page begins. */
const MAX_FRAME_BYTES = 1024 * 1024;

export class ListReader {
  readonly #onItem: (item: unknown) => void;
  /** The list without its items, and the item that has begun. */
  #frame: Buffer[] = [];
  #item: Buffer[] = [];
  #frameBytes = 0;
  #itemBytes = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Between the brackets of the member `items` of the list itself. */
  #inItems = false;

  constructor(onItem: (item: unknown) => void) {
    this.#onItem = onItem;
  }

  /** Throws for an item that is too long or is no JSON. */
  push(chunk: Buffer): void {
    let start = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i];
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#inString = false;
        continue;
      }
      switch (byte) {
        case QUOTE:
          this.#inString = true;
          break;
        case OPEN_BRACE:
          if (this.#inItems && this.#depth === 2) start = i;
          this.#depth += 1;
          break;
        case OPEN_BRACKET:
          this.#depth += 1;
          if (this.#depth === 2 && this.#endsWithItems(chunk.subarray(start, i))) {
            this.#keep(chunk.subarray(start, i + 1));
            this.#inItems = true;
            start = i + 1;
          }
          break;
        case CLOSE_BRACE:
          this.#depth -= 1;
          if (this.#inItems && this.#depth === 2) {
            this.#end(chunk.subarray(start, i + 1));
            start = i + 1;
          }
          break;
        case CLOSE_BRACKET:
          this.#depth -= 1;
          if (this.#inItems && this.#depth === 1) {
            this.#inItems = false;
            start = i;
          }
          break;
        default:
      }
    }
    const rest = chunk.subarray(start);
    if (!this.#inItems) this.#keep(rest);
    // Between two items there is a comma, which nobody needs.
    else if (this.#depth > 2) this.#begin(rest);
  }

  /** The list without its items. Throws for what is no JSON, or ended in the middle. */
  end(): unknown {
    return JSON.parse(Buffer.concat(this.#frame).toString());
  }

  #begin(part: Buffer): void {
    this.#itemBytes += part.length;
    if (this.#itemBytes > MAX_ITEM_BYTES) throw new Error(`the list has an item of more than ${MAX_ITEM_BYTES} bytes`);
    this.#item.push(part);
  }

  #end(part: Buffer): void {
    this.#begin(part);
    const whole = this.#item.length === 1 ? part : Buffer.concat(this.#item);
    this.#item = [];
    this.#itemBytes = 0;
    this.#onItem(JSON.parse(whole.toString()));
  }

  #keep(part: Buffer): void {
    this.#frameBytes += part.length;
    if (this.#frameBytes > MAX_FRAME_BYTES)
      throw new Error(`the list has more than ${MAX_FRAME_BYTES} bytes beside its items`);
    this.#frame.push(part);
  }

  #endsWithItems(part: Buffer): boolean {
    const before = Buffer.concat([...this.#frame, part])
      .toString()
      .trimEnd();
    return before.endsWith(':') && before.slice(0, -1).trimEnd().endsWith('"items"');
  }
}
