// Alerts wait here until the central collector has them. `put` resolves when the alert is on the disk; what is put in
// one turn of the event loop is committed together. When the disk takes nothing, alerts wait in memory and are tried
// again; a damaged file is set aside and a new one begun. Nothing here throws at the pipeline.
import type { Alert } from '../../../schema/alert.ts';
import type { Counters } from '../counters.ts';
import type { Log } from '../log.ts';
import type { SpoolFailure } from './failure.ts';
import type { HistoryQuery } from './history.ts';
import { HISTORY_LIMIT, hasRoom, PENDING_LIMIT, RING_LIMIT } from './quota.ts';
import { Ring } from './ring.ts';
import type { Amount, Spool, SpooledAlert } from './spool.ts';
import { SpoolFile } from './spool-file.ts';

/** Most alerts in one commit. */
const MAX_COMMIT = 64;
/** Between two tries to write while the disk takes nothing, ms. */
const RETRY = 5_000;

export interface OutboxOptions {
  readonly file: string;
  readonly counters: Counters;
  readonly log: Log;
  /** Whether a central collector waits for these alerts: then they are numbered. */
  readonly numbered: boolean;
  readonly pendingLimit?: Amount;
  readonly retry?: number;
}

interface Waiting {
  readonly alert: Alert;
  readonly done: () => void;
}

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #file: SpoolFile;
  readonly #ring = new Ring(RING_LIMIT);
  readonly #listeners = new Set<(alert: Alert) => void>();
  readonly #stored = new Set<() => void>();
  #numbered: boolean;
  #corrupted = 0;
  #room: Waiting[] = [];
  #scheduled: NodeJS.Immediate | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  /** Never throws: without a usable file it works from memory and says so in `problems`. */
  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#numbered = options.numbered;
    this.#file = new SpoolFile({
      file: options.file,
      opened: (spool) => this.#prepare(spool),
      failed: (failure, again) => this.#note(failure, again),
    });
    this.upkeep();
  }

  /** What a person should know: what keeps alerts from the disk now, and what was set aside. */
  get problems(): string[] {
    const { failure } = this.#file;
    const aside = `E_OUTBOX_CORRUPT: ${this.#options.file} was damaged and set aside beside it as .corrupt-…`;
    return [...(failure ? [failure.message] : []), ...(this.#corrupted > 0 ? [aside] : [])];
  }

  get epoch(): string | undefined {
    return this.#file.current?.epoch;
  }

  /** Highest seq of this epoch that was given out. */
  get last(): number {
    return this.#file.current?.last ?? 0;
  }

  get acknowledged(): number {
    return this.#file.current?.acknowledged ?? 0;
  }

  /** Alerts that wait for an acknowledgement. */
  get pending(): number {
    return (this.#file.current?.pending.rows ?? 0) + this.#ring.size;
  }

  /** Resolves when `alert` is on the disk, or when it is certain that it waits in memory or was turned away (counted). */
  put(alert: Alert): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#room.push({ alert, done: resolve });
    if (this.#room.length >= MAX_COMMIT) this.#commit();
    else this.#scheduled ??= setImmediate(() => this.#commit());
    return promise;
  }

  /** Calls back for each alert once, when it is on the disk or waits in memory; returns a function that stops that. */
  onAlert(listener: (alert: Alert) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls back when there is more to send. */
  onStored(listener: () => void): () => void {
    this.#stored.add(listener);
    return () => this.#stored.delete(listener);
  }

  /** Alerts after `seq` that wait for an acknowledgement, in order. */
  waiting(after: number, limit: Amount): SpooledAlert[] {
    return this.#file.read((spool) => spool.waiting(after, limit), []);
  }

  acknowledge(seq: number): void {
    this.#file.write((spool) => this.#options.counters.add('outbox.acknowledged', spool.acknowledge(seq)));
  }

  /** The central collector will never take this one: it stays on this machine. */
  refuse(seq: number): void {
    this.#options.counters.add('outbox.refused-dropped');
    this.#file.write((spool) => spool.refuse(seq));
  }

  /** Numbers what waits from 1, for a central collector that knows nothing of this spool. */
  beginEpoch(): void {
    this.#numbered = true;
    this.#file.write((spool) => spool.beginEpoch());
  }

  /** Alerts as JSON, oldest first. Each is read when it is asked for; one that was deleted meanwhile is left out. */
  *history(query: HistoryQuery): Generator<string> {
    for (const row of this.#file.read((spool) => spool.rows(query), [])) {
      const body = this.#file.read((spool) => spool.body(row), undefined);
      if (body !== undefined) yield body;
    }
  }

  /** One alert as JSON; with `user` only where it is that login name's. */
  alert(id: string, user?: string): string | undefined {
    return this.#file.read((spool) => spool.alert(id, user), undefined);
  }

  total(user?: string): number {
    return this.#file.read((spool) => spool.total(user), 0);
  }

  /** Deletes old history and moves the log into the file; from time to time. */
  upkeep(): void {
    this.#file.write((spool) => {
      this.#options.counters.add('outbox.history-trimmed', spool.trim(HISTORY_LIMIT));
      spool.checkpoint();
    });
  }

  /** Commits what waits and closes the file. */
  close(): void {
    this.#commit();
    this.#drain();
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#options.counters.add('outbox.memory-dropped', this.#ring.size);
    this.#file.close();
  }

  #prepare(spool: Spool): void {
    if (this.#numbered && spool.epoch === undefined) spool.beginEpoch();
  }

  #note(failure: SpoolFailure, again: boolean): void {
    this.#options.counters.add(`outbox.${failure.kind}`);
    if (failure.kind === 'corrupt') this.#corrupted += 1;
    if (!again) this.#options.log.error({ code: failure.code }, failure.message);
  }

  #commit(): void {
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    const batch = this.#room;
    this.#room = [];
    const admitted = batch.map(({ alert }) => alert).filter((alert) => this.#admit(alert));
    if (admitted.length > 0) this.#store(admitted);
    for (const { done } of batch) done();
  }

  #admit(alert: Alert): boolean {
    const pending = this.#file.current?.pending;
    if (!pending || hasRoom(alert.level, pending, this.#options.pendingLimit ?? PENDING_LIMIT)) return true;
    this.#options.counters.add(`outbox.full-${alert.level}-dropped`);
    return false;
  }

  #store(alerts: readonly Alert[]): void {
    // Order is kept: nothing overtakes what waits in memory.
    if (!this.#drain() || !this.#insert(alerts)) this.#hold(alerts);
    for (const alert of alerts) for (const listener of this.#listeners) listener(alert);
  }

  #insert(alerts: readonly Alert[]): boolean {
    if (!this.#file.write((spool) => spool.insert(alerts))) return false;
    for (const listener of this.#stored) listener();
    return true;
  }

  #hold(alerts: readonly Alert[]): void {
    this.#options.counters.add('outbox.held-in-memory', alerts.length);
    for (const alert of alerts)
      this.#options.counters.add('outbox.memory-dropped', this.#ring.add(alert).length);
    if (!this.#closed)
      this.#retry ??= setTimeout(() => this.#tryAgain(), this.#options.retry ?? RETRY).unref();
  }

  #tryAgain(): void {
    this.#retry = undefined;
    if (!this.#drain()) this.#hold([]);
  }

  /** Moves what waits in memory to the disk, in order; false when the disk does not take it all. */
  #drain(): boolean {
    while (this.#ring.size > 0) {
      const batch = this.#ring.alerts.slice(0, MAX_COMMIT);
      if (!this.#insert(batch)) return false;
      this.#ring.take(batch.length);
    }
    return true;
  }
}
