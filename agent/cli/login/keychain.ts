// The keychain of this user's session: Secret Service on Linux, Keychain on macOS, Credential Manager on Windows.
import type * as Keytar from '@napi-rs/keyring/keytar.js';
import { CommandFailure } from '../failure.ts';
import { type Keeper, parseKept } from './keeper.ts';

const SERVICE = 'lifeguard console';

export function keychain(): Keeper {
  return {
    name: 'the keychain',
    // Without a Secret Service the library would quietly take the kernel's keyring, which forgets; only the search does not.
    check: () => use(async (keytar) => void (await keytar.findCredentials(SERVICE))),
    save: (session) => use((keytar) => keytar.setPassword(SERVICE, session.origin, JSON.stringify(session))),
    all: () =>
      use(async (keytar) => {
        const found = await keytar.findCredentials(SERVICE);
        return found.flatMap(({ password }) => parseKept(password) ?? []);
      }),
    remove: (origin) => use(async (keytar) => void (await keytar.deletePassword(SERVICE, origin))),
  };
}

/** Loaded when it is used: a native module, and most commands need none. */
async function use<T>(work: (keytar: typeof Keytar) => Promise<T>): Promise<T> {
  try {
    return await work(await import('@napi-rs/keyring/keytar.js'));
  } catch (error) {
    throw new CommandFailure(
      `no keychain can be used here (${(error as Error).message}); a daemon, a container and a session without a desktop have none. ` +
        'To keep the session in a file that only you can read, add --file FILE',
      { cause: error },
    );
  }
}
