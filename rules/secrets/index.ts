// The catalogue of sensitive places: what is a secret, where it lies, and who reads it as part of its own work.
// No `node:` module and no I/O: it runs inside the sensor's thread.
import { type Platform, placesOf, type SecretPlace } from './place.ts';
import { aiAgent } from './places/ai-agent.ts';
import { browser } from './places/browser.ts';
import { cloud } from './places/cloud.ts';
import { passwordManagerExtension, walletExtension } from './places/extensions.ts';
import { git } from './places/git.ts';
import { persistence } from './places/persistence.ts';
import { envFile, history, messaging } from './places/personal.ts';
import { registry } from './places/registry.ts';
import { secretsStore } from './places/secrets-store.ts';
import { ssh } from './places/ssh.ts';
import { walletDesktop, walletDevkey } from './places/wallet.ts';

export { isExpectedReader, type Reader } from './expected.ts';
export { createSecretMatcher, type SecretMatch, type SecretMatcher } from './match.ts';
export type { SecretPlace } from './place.ts';
export { isWatchable, projectPlan, type WatchTarget, watchPlan } from './watch.ts';

const groups = [
  ssh,
  git,
  registry,
  cloud,
  secretsStore,
  walletDesktop,
  walletDevkey,
  walletExtension,
  passwordManagerExtension,
  browser,
  aiAgent,
  messaging,
  history,
  envFile,
];

/** Every place on `platform`. One id may stand for several patterns. */
export function catalogue(platform: Platform): readonly SecretPlace[] {
  return groups.flatMap((group) => placesOf(group, platform));
}

/** Every place on `platform` whose writing matters, whether or not it is a secret. */
export function writeCatalogue(platform: Platform): readonly SecretPlace[] {
  return [persistence, ...groups]
    .flatMap((group) => placesOf(group, platform))
    .filter(({ ops }) => ops.includes('write'));
}
