// Where an analyst's session is kept on this machine.
import * as v from 'valibot';
import { time } from '../../../schema/primitives.ts';

export const kept = v.object({
  /** Origin of the console. */
  origin: v.pipe(v.string(), v.url()),
  session: v.pipe(v.string(), v.maxLength(256)),
  expires: time,
});
export type Kept = v.InferOutput<typeof kept>;

export interface Keeper {
  /** `the keychain`, or the file's name. */
  readonly name: string;
  /** Throws a CommandFailure where nothing could be kept here. Called before a link is spent. */
  check(): Promise<void>;
  save(session: Kept): Promise<void>;
  all(): Promise<readonly Kept[]>;
  remove(origin: string): Promise<void>;
}

/** What was kept, or undefined where it is none of ours. */
export function parseKept(text: string): Kept | undefined {
  try {
    return v.parse(kept, JSON.parse(text));
  } catch {
    return undefined;
  }
}
