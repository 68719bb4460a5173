/** Bodies in this process: the gate's reading against what real servers execute of the same bytes. */
import { Random } from '../random.ts';
import { type ReadCall, type Reading, readAsGate } from '../gate-reading.ts';
import { MessageGenerator } from '../generate/messages.ts';
import { sampleValues } from '../generate/json-values.ts';
import { mutate } from '../generate/mutate.ts';
import { type JsonInput, inputOf } from '../input.ts';
import { minimiseBytes } from '../minimise.ts';
import { findDifference } from '../oracle.ts';
import { SEEDS } from '../seeds.ts';
import { McpGo, buildMcpGo } from '../servers/mcp-go.ts';
import type { Reference } from '../servers/reference.ts';
import { SdkV1 } from '../servers/sdk-v1.ts';
import { SdkV2Handler, SdkV2Session } from '../servers/sdk-v2.ts';
import { type Finding, type Layer, type StoredInput, type Tally, loadBytes, storeBytes } from './layer.ts';

const BATCH = 512;
const VALUES = 48;
/** Inputs that the gate let through, from which mutants come that are let through, too. */
const POOL = 400;
const MINIMISE_MS = 15_000;
/** Longer ones only grow: copies of copies. */
const MAX_POOLED_BYTES = 4_000;

/** What a server is given, and what may come of it. */
interface Trial {
  readonly input: JsonInput;
  readonly given: JsonInput;
  readonly read: readonly ReadCall[];
}

export class JsonLayer implements Layer {
  readonly name = 'json';
  readonly #references: readonly Reference[];
  readonly #read: typeof readAsGate;
  readonly #pool: JsonInput[] = [...SEEDS];

  private constructor(references: readonly Reference[], read: typeof readAsGate) {
    this.#references = references;
    this.#read = read;
  }

  /** `say` is told which server is missing on this machine; `read` is another reader than the gate's, to see it found out. */
  static async start(say: (line: string) => void, read = readAsGate): Promise<JsonLayer> {
    const program = await buildMcpGo();
    if (program === undefined) say('Go is not installed: the server on mcp-go is left out (CI has it)');
    const references = [new SdkV1('none'), new SdkV1('express'), new SdkV2Handler(), new SdkV2Session()];
    return new JsonLayer(program === undefined ? references : [new McpGo(program), ...references], read);
  }

  async batch(seed: number, number: number): Promise<Tally> {
    return this.#run(this.#generate(new Random(seed, number)));
  }

  async check(stored: StoredInput): Promise<Finding | undefined> {
    const tally = await this.#run([load(stored)]);
    return tally.findings[0];
  }

  async minimise(finding: Finding): Promise<Finding> {
    const { headers } = load(finding.input);
    const fails = async (body: Buffer): Promise<boolean> =>
      (await this.#run([{ body, headers }])).findings.some(({ by }) => by === finding.by);
    const body = await minimiseBytes(load(finding.input).body, fails, MINIMISE_MS);
    return (await this.check(store({ body, headers }))) ?? finding;
  }

  async close(): Promise<void> {
    await Promise.all(this.#references.map((reference) => reference.close()));
  }

  #generate(random: Random): JsonInput[] {
    const generator = new MessageGenerator(random, sampleValues(random.next() | 0, VALUES));
    return Array.from({ length: BATCH }, () => {
      if (random.below(5) < 2) return generator.next();
      const { headers, body } = random.pick(random.oneIn(4) ? SEEDS : this.#pool);
      return { headers, body: mutate(body, random.pick(this.#pool).body, random) };
    });
  }

  async #run(inputs: readonly JsonInput[]): Promise<Tally> {
    const findings: Finding[] = [];
    const trials: Trial[] = [];
    let letThrough = 0;
    for (const input of inputs) {
      const reading = this.#readSafely(input);
      if ('thrown' in reading) {
        findings.push(findingOf('gate', reading.thrown, input));
        continue;
      }
      if (reading.passed.length === 0) continue;
      letThrough++;
      this.#keep(input);
      trials.push(...trialsOf(input, reading));
    }
    const given = trials.map((trial) => trial.given);
    // The one in a process of its own works while those in this process do.
    const answers = this.#references.map((reference) => reference.execute(given));
    const executed: Record<string, number> = {};
    for (const [i, reference] of this.#references.entries()) {
      const all = (await answers[i]) ?? [];
      executed[reference.name] = all.reduce((sum, found) => sum + found.length, 0);
      for (const [j, found] of all.entries()) {
        const { input, read } = trials[j] as Trial;
        const why = findDifference(read, found);
        if (why !== undefined) findings.push(findingOf(reference.name, why, input));
      }
    }
    return { inputs: inputs.length, letThrough, executed, findings };
  }

  #readSafely(input: JsonInput): Reading | { readonly thrown: string } {
    try {
      return this.#read(input);
    } catch (error) {
      return { thrown: `it threw ${String(error)}` };
    }
  }

  #keep(input: JsonInput): void {
    if (input.body.length > MAX_POOLED_BYTES) return;
    // Which one gives way follows from the input, so that a run with the same seed is the same run.
    if (this.#pool.length < POOL) this.#pool.push(input);
    else this.#pool[(input.body.length * 31 + (input.body[input.body.length >> 1] ?? 0)) % POOL] = input;
  }
}

/** Each message in a POST of its own, as the gate sends it; and a whole batch, which must be the list of what was read. */
function trialsOf(input: JsonInput, { refused, passed }: Reading): Trial[] {
  const { headers } = input;
  const trials = passed.map(({ call, body }) => ({ input, given: { headers, body }, read: [call] }));
  const isBatch = passed.length > 1 || passed[0]?.body.length !== input.body.length;
  if (isBatch && refused === undefined) trials.push({ input, given: input, read: passed.map(({ call }) => call) });
  return trials;
}

function findingOf(by: string, why: string, input: JsonInput): Finding {
  return { layer: 'json', by, why, input: store(input) };
}

function store({ body, headers }: JsonInput): StoredInput {
  const { protocolVersion, method, name } = headers;
  return {
    ...storeBytes(body),
    headers: {
      ...(protocolVersion === undefined ? {} : { protocolVersion }),
      ...(method === undefined ? {} : { method }),
      ...(name === undefined ? {} : { name }),
    },
  };
}

function load(stored: StoredInput): JsonInput {
  return inputOf(loadBytes(stored), stored.headers);
}
