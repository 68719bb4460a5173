/**
 * Cells by place, in the order in which they were last written. Each is a link of a list, so that a write moves it to the end and touches
 * no map: to take a key out of a map and set it again was half of what a call costs. What has changed since it was last asked for is found
 * the same way, behind a place in that list.
 */
import type { Cell } from './cell.ts';

/** What is kept at one place. */
export interface Held {
  readonly room: Room;
  readonly whom: string;
  readonly cell: Cell;
}

/** All that is kept of one thing. */
interface Room {
  readonly of: string;
  readonly links: Map<string, Link>;
  /** Whom it was last asked for, and what it found: a call asks for the same several times in a row. */
  asked: string | undefined;
  found: Link | undefined;
}

interface Link extends Held {
  cell: Cell;
  /** About: what it takes. */
  bytes: number;
  isChanged: boolean;
  before: Link | undefined;
  after: Link | undefined;
}

/** Besides what it says. */
const BYTES_A_CELL = 120;

export class Shelf {
  readonly #rooms = new Map<string, Room>();
  #first: Link | undefined = undefined;
  #last: Link | undefined = undefined;
  /** No link in front of it has changed; undefined: none has. */
  #unsaved: Link | undefined = undefined;
  /** The next one that is looked at by whoever goes through all of them; undefined: the first. */
  #next: Link | undefined = undefined;
  #size = 0;
  #bytes = 0;
  #changed = 0;

  get size(): number {
    return this.#size;
  }

  /** About. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many have changed since they were last taken. */
  get changed(): number {
    return this.#changed;
  }

  /** What was not written for longest. */
  get oldest(): Held | undefined {
    return this.#first;
  }

  find(of: string, whom: string): Held | undefined {
    const room = this.#rooms.get(of);
    return room === undefined ? undefined : linkOf(room, whom);
  }

  /** It was written, or is new there. */
  put(of: string, whom: string, cell: Cell): Held {
    const link = this.#set(of, whom, cell);
    if (!link.isChanged) this.#changed++;
    link.isChanged = true;
    this.#unsaved ??= link;
    return link;
  }

  /** As it was kept. */
  restore(of: string, whom: string, cell: Cell): Held {
    const link = this.#set(of, whom, cell);
    if (link.isChanged) this.#unsaved ??= link;
    return link;
  }

  remove({ room, whom }: Held): void {
    const link = room.links.get(whom);
    if (link === undefined) return;
    room.links.delete(whom);
    [room.asked, room.found] = [undefined, undefined];
    if (room.links.size === 0) this.#rooms.delete(room.of);
    this.#unlink(link);
    this.#size--;
    this.#bytes -= link.bytes;
    if (link.isChanged) this.#changed--;
  }

  /** One that has changed, the one that did so first; it counts as taken. */
  takeChanged(): Held | undefined {
    for (let link = this.#unsaved; link !== undefined; link = link.after) {
      if (!link.isChanged) continue;
      link.isChanged = false;
      this.#changed--;
      this.#unsaved = link.after;
      return link;
    }
    this.#unsaved = undefined;
    return undefined;
  }

  touchAll(): void {
    for (let link = this.#first; link !== undefined; link = link.after) link.isChanged = true;
    this.#unsaved = this.#first;
    this.#changed = this.#size;
  }

  /** One after the other, and behind the last the first again. */
  next(): Held | undefined {
    const link = this.#next ?? this.#first;
    this.#next = link?.after;
    return link;
  }

  #set(of: string, whom: string, cell: Cell): Link {
    const room = this.#roomOf(of);
    const found = linkOf(room, whom);
    const link = found ?? this.#added(room, whom, cell);
    if (link !== this.#last) {
      if (found !== undefined) this.#unlink(link);
      this.#append(link);
    }
    link.cell = cell;
    const bytes = BYTES_A_CELL + of.length + whom.length + cell.bytes;
    this.#bytes += bytes - link.bytes;
    link.bytes = bytes;
    return link;
  }

  #roomOf(of: string): Room {
    let room = this.#rooms.get(of);
    if (room === undefined) {
      room = { of, links: new Map(), asked: undefined, found: undefined };
      this.#rooms.set(of, room);
    }
    return room;
  }

  #added(room: Room, whom: string, cell: Cell): Link {
    const own = flat(whom);
    const link: Link = { room, whom: own, cell, bytes: 0, isChanged: false, before: undefined, after: undefined };
    room.links.set(own, link);
    [room.asked, room.found] = [whom, link];
    this.#size++;
    return link;
  }

  #append(link: Link): void {
    link.before = this.#last;
    link.after = undefined;
    if (this.#last === undefined) this.#first = link;
    else this.#last.after = link;
    this.#last = link;
  }

  #unlink(link: Link): void {
    const { before, after } = link;
    if (this.#unsaved === link) this.#unsaved = after;
    if (this.#next === link) this.#next = after;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    [link.before, link.after] = [undefined, undefined];
  }
}

function linkOf(room: Room, whom: string): Link | undefined {
  if (room.asked !== whom) {
    room.found = room.links.get(whom);
    room.asked = whom;
  }
  return room.found;
}

/** The same text without what it was cut out of or put together from, which would be kept with it. */
function flat(text: string): string {
  const own = Buffer.from(text, 'latin1').toString('latin1');
  return own === text ? own : text;
}
