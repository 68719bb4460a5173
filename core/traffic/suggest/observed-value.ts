/** All that was seen of one argument, as much as a rule can say of it. Bounded: what is more than that makes the rule wider, never wrong. */
import type { ParameterType } from '../../inspect/typing/parameter-types.ts';
import type { LeafShape, Scalar, Shape } from '../shape.ts';

export type JsonType = 'string' | 'number' | 'boolean' | 'array' | 'object';

/** Of one list of values, folders, hosts, programs or tables: as many as a rule may name. */
const MOST = 64;

/** A set that forgets everything once it holds too much: then nothing is known of what it may hold. */
export class FewTexts {
  readonly #texts = new Set<string>();
  #isOver = false;

  add(text: string): void {
    if (this.#isOver) return;
    this.#texts.add(text);
    if (this.#texts.size <= MOST) return;
    this.#isOver = true;
    this.#texts.clear();
  }

  /** Sorted; undefined where there were too many. */
  get all(): readonly string[] | undefined {
    return this.#isOver ? undefined : [...this.#texts].toSorted();
  }
}

export class ObservedValue {
  /** How many calls had it. */
  calls = 0;
  readonly types = new Set<JsonType>();
  /** Kinds of the shapes that its texts have. */
  readonly textShapes = new Set<LeafShape['is']>();
  /** What its texts of which only the length is kept were taken for. */
  readonly taken = new Set<ParameterType | 'nothing'>();
  readonly words = new FewTexts();
  readonly folders = new FewTexts();
  readonly hosts = new FewTexts();
  readonly schemes = new FewTexts();
  readonly ports = new FewTexts();
  readonly programs = new FewTexts();
  readonly statements = new FewTexts();
  readonly tables = new FewTexts();
  /** Something was found in it that is not kept. */
  hasFound = false;
  /** Some URL, or host, had no port. */
  hasDefaultPort = false;
  chars = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  whole = true;

  add(shape: Shape): void {
    switch (shape.is) {
      case 'array':
      case 'object':
        this.types.add(shape.is);
        return;
      case 'number':
        this.#addNumber(shape.above, shape.upTo, shape.whole);
        return;
      case 'value':
        this.#addValue(shape.value);
        return;
      default:
        this.#addText(shape);
    }
  }

  #addValue(value: Scalar): void {
    if (value === null) return;
    if (typeof value === 'number') this.#addNumber(value, value, Number.isInteger(value));
    else if (typeof value === 'boolean') this.types.add('boolean');
    else {
      this.types.add('string');
      this.textShapes.add('value');
      this.words.add(value);
      this.chars = Math.max(this.chars, Array.from(value).length);
    }
  }

  #addNumber(from: number, to: number, whole: boolean): void {
    this.types.add('number');
    this.min = Math.min(this.min, from);
    this.max = Math.max(this.max, to);
    this.whole &&= whole;
  }

  #addText(shape: Exclude<LeafShape, { readonly is: 'value' | 'number' }>): void {
    this.types.add('string');
    this.textShapes.add(shape.is);
    if ('chars' in shape) this.chars = Math.max(this.chars, shape.chars);
    switch (shape.is) {
      case 'text':
        this.taken.add(shape.type ?? 'nothing');
        this.hasFound ||= shape.found !== undefined;
        return;
      case 'path':
        this.folders.add(shape.under);
        return;
      case 'url':
        this.schemes.add(shape.scheme);
        this.#addHost(shape.host, shape.port);
        return;
      case 'host':
        this.#addHost(shape.host, shape.port);
        return;
      case 'shell':
        for (const program of shape.programs) this.programs.add(program);
        return;
      case 'sql':
        for (const kind of shape.kinds) this.statements.add(kind);
        for (const table of shape.tables) this.tables.add(table);
    }
  }

  #addHost(host: string, port: number | undefined): void {
    this.hosts.add(host);
    if (port === undefined) this.hasDefaultPort = true;
    else this.ports.add(String(port));
  }
}
