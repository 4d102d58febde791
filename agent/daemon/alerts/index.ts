// Decides which matches become alerts: news yes, repeats and noise no, but counted and told.
import * as v from 'valibot';
import type { Match } from '../../../rules/index.ts';
import { truncate } from '../../../schema/primitives.ts';
import { type AlertContext, type Draft, draftAlert, draftSchema, withoutEvidence } from './draft.ts';
import type { Counters } from '../counters.ts';
import type { Packages } from '../enrich/package.ts';
import { Repeats } from './repeats.ts';
import type { Settings } from '../settings.ts';
import { type Budget, defaultBudget, Storm } from './storm.ts';

export interface AlertsOptions {
  readonly settings: Pick<Settings, 'redactor'>;
  readonly packages: Pick<Packages, 'suspects'>;
  readonly counters: Counters;
  /** Alerts in a minute, by level. */
  readonly budget?: Budget | undefined;
}

export class Alerts {
  readonly #context: AlertContext;
  readonly #repeats: Repeats;
  readonly #storm: Storm;
  readonly #counters: Counters;

  constructor({ settings, packages, counters, budget = defaultBudget }: AlertsOptions) {
    this.#context = {
      redactor: (user) => settings.redactor(user),
      suspects: (lineage, now) => packages.suspects(lineage, now),
    };
    this.#counters = counters;
    this.#repeats = new Repeats(counters);
    this.#storm = new Storm(counters, budget);
  }

  /** What to report for `match` at `now` (ms on any steady clock). */
  raise(match: Match, now: number = performance.now()): Draft[] {
    const { news, repeats } = this.#repeats.check(match, now);
    if (!news) return [];
    const draft = this.#sound(draftAlert(match, this.#context));
    const again = repeats === 0 ? '' : ` (and ${repeats} times more since the last alert)`;
    return this.#storm.pass({ ...draft, summary: truncate(draft.summary + again, 300) }, now);
  }

  /** An alert that the central collector would refuse for its form is told without what is malformed. */
  #sound(draft: Draft): Draft {
    const found = v.safeParse(draftSchema, draft);
    if (found.success) return draft;
    this.#counters.add('alerts.evidence-dropped');
    return withoutEvidence(draft, v.summarize(found.issues));
  }

  /** What is due without a new match: the account of a minute with too many alerts. */
  due(now: number = performance.now()): Draft[] {
    return this.#storm.settle(now);
  }
}
