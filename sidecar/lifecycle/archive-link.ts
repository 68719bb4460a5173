/** Everything between this gate and the archive, put together. */
import type { Registry } from 'prom-client';
import type { Logger } from 'pino';
import { FileIdentity, type IdentitySource } from '../archive-client/identity.ts';
import { FilesToShip } from '../archive-client/files-to-ship.ts';
import { ShipMetrics } from '../archive-client/metrics.ts';
import { OperatorIdentity } from '../archive-client/operator-identity.ts';
import type { ArchivedFiles } from '../audit/retention.ts';
import { ArchiveSender } from '../archive-client/sender.ts';
import { Shipper } from '../archive-client/shipper.ts';
import { SYSTEM_CLOCK } from '../clock.ts';
import type { ArchiveAddress, SidecarConfig } from '../config.ts';
import { OperatorClient } from '../operator-client/client.ts';

/** Of the time that a pod has for its end, what the archive may take. */
const LAST_WORDS_MS = 5_000;

export class ArchiveLink implements ArchivedFiles {
  readonly #shipper: Shipper;
  readonly #metrics: ShipMetrics;
  readonly #operator: OperatorClient | undefined;

  /** `asked`: where the audit log was to be; `current`: the file that it is written to now. */
  constructor(
    address: ArchiveAddress,
    { operator, server }: Pick<SidecarConfig, 'operator' | 'server'>,
    registry: Registry,
    log: Logger,
    asked: string,
    current: () => string,
  ) {
    this.#operator =
      operator === undefined || address.certificate !== undefined
        ? undefined
        : new OperatorClient(operator, SYSTEM_CLOCK);
    const metrics = new ShipMetrics(registry, server);
    this.#metrics = metrics;
    this.#shipper = new Shipper({
      files: new FilesToShip(asked, current),
      sender: new ArchiveSender(address.url, identityOf(address, this.#operator)),
      events: {
        acknowledged: (records) => metrics.acknowledged(records),
        pending: (bytes) => metrics.pending(bytes),
        failed: (reason) => metrics.failed(reason),
        problem(why) {
          if (why === undefined) log.info('the archive takes the audit log');
          else log.warn({ problem: why }, 'the archive does not take the audit log; it is kept here and sent again');
        },
      },
    });
  }

  start(): void {
    this.#shipper.start();
  }

  /** Asked before a file is let go. */
  has(path: string): boolean {
    return this.#shipper.isAcknowledged(path);
  }

  /** A file went before the archive had it. */
  letGo(): void {
    this.#metrics.failed('let-go');
  }

  /** Once the log is closed. */
  async close(): Promise<void> {
    await this.#shipper.close(LAST_WORDS_MS);
    await this.#operator?.close();
  }
}

function identityOf(address: ArchiveAddress, operator: OperatorClient | undefined): IdentitySource {
  const { certificate, caFile } = address;
  if (certificate !== undefined) return new FileIdentity(certificate.certFile, certificate.keyFile, caFile);
  if (operator === undefined) throw new Error('there is nobody to give a certificate for the archive');
  return new OperatorIdentity(operator, caFile, SYSTEM_CLOCK);
}
