/** The packs of a cluster that halt, through kubectl. */
import { UserError } from '../errors.ts';
import type { HaltPack } from '../halt-pack.ts';
import { runKubectl } from '../kubectl.ts';
import { visible } from '../../core/shown/terminal-text.ts';
import { Cluster, type Where } from './cluster.ts';
import { refusalOf } from './refusal.ts';

const KIND = 'policypacks.sallyport.dev';

export class Packs {
  readonly #where: Where;

  constructor(where: Where) {
    this.#where = where;
  }

  /** As the API server knows this user. */
  whoAmI(): string | undefined {
    return new Cluster(this.#where).whoAmI()?.username;
  }

  create(pack: HaltPack): { readonly namespace: string } {
    const made = this.#run(['create', '-f', '-', '-o', 'json'], pack.metadata.name, JSON.stringify(pack));
    return (JSON.parse(made) as { metadata: { namespace: string } }).metadata;
  }

  /** One that has rules besides is left: to delete it would allow, or forbid, something else. */
  removeHalt(name: string): void {
    const { spec = {} } = JSON.parse(this.#run(['get', KIND, name, '-o', 'json'], name)) as { spec?: object };
    if (!('halt' in spec))
      throw new UserError(
        `PolicyPack ${visible(name)} halts nothing`,
        'see what does: kubectl get policypacks.sallyport.dev',
      );
    const others = Object.keys(spec).filter(
      (field) => !['halt', 'mode', 'targets', 'namespaceSelector'].includes(field),
    );
    if (others.length > 0)
      throw new UserError(
        `PolicyPack ${visible(name)} says more than what is halted (${visible(others.join(', '))})`,
        `take \`halt\` out of it: kubectl patch policypacks.sallyport.dev ${visible(name)} --type=json -p '[{"op":"remove","path":"/spec/halt"}]'`,
      );
    this.#run(['delete', KIND, name], name);
  }

  #run(args: readonly string[], name: string, input = ''): string {
    const { namespace } = this.#where;
    const place = namespace === undefined ? [] : ['-n', namespace];
    const { status, stdout, stderr } = runKubectl(this.#where, [...args, ...place], input);
    if (status === 0) return stdout;
    throw refusalOf(stderr, `PolicyPack ${visible(name)}`);
  }
}
