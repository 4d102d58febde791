// How a person becomes an analyst's session: a link that works once, printed on the machine where the central collector
// runs. Its token stands in the fragment, which browsers never send, so it lands in no log on the way.
import { randomBytes } from 'node:crypto';
import type { Session } from '../../../schema/api.ts';
import { hashSecret } from '../identity/secret.ts';
import type { Store } from '../store/store.ts';

/** Milliseconds. A session lasts a working day. */
export interface SignInLimits {
  readonly link: number;
  readonly session: number;
}
export const signInLimits: SignInLimits = { link: 10 * 60 * 1000, session: 12 * 60 * 60 * 1000 };

/** Links that are open at a time; the oldest gives way. */
const OPEN = 64;

export class SignIn {
  readonly #store: Store;
  readonly #limits: SignInLimits;
  /** Hash of a link's token → when it expires, oldest first. Links do not outlive the process. */
  readonly #open = new Map<string, number>();

  constructor(store: Store, limits: SignInLimits) {
    this.#store = store;
    this.#limits = limits;
  }

  /** A link below `origin`. */
  link(origin: string): string {
    const token = randomBytes(32).toString('base64url');
    const [oldest] = this.#open.keys();
    if (this.#open.size >= OPEN && oldest !== undefined) this.#open.delete(oldest);
    this.#open.set(hashSecret(token), Date.now() + this.#limits.link);
    return `${origin}/sign-in#${token}`;
  }

  /** A session for a link's token, or undefined where it was used, has expired or never was. */
  async redeem(token: string): Promise<Session | undefined> {
    const hash = hashSecret(token);
    const expires = this.#open.get(hash);
    this.#open.delete(hash);
    if (expires === undefined || expires < Date.now()) return undefined;
    const session = [0, 1].map(() => randomBytes(32).toString('base64url')).join('.');
    const end = new Date(Date.now() + this.#limits.session).toISOString();
    await this.#store.addSession({ hash: hashSecret(session), expires: end });
    return { session, expires: end };
  }

  /** When the session expires, or undefined where it is none. */
  expires(session: string): Promise<string | undefined> {
    return this.#store.session(hashSecret(session), new Date().toISOString());
  }

  end(session: string): Promise<void> {
    return this.#store.removeSession(hashSecret(session));
  }
}
