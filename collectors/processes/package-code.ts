// Class P: code of a package that somebody started.
import type { Lineage } from '../../schema/process.ts';
import type { Case } from './evidence.ts';
import { hostOf, isIdePath } from './hosts.ts';
import { nameOf, nested } from './lineage.ts';
import { type PackagePlace, inBundledApplication, packageAt } from './places.ts';
import type { Files } from './script.ts';

/** P: the main script, the executable, or a runtime's working directory lies in a package. */
export function packageCode(given: Case): Lineage | undefined {
  const { at, command, script, identity, preloads } = given;
  const inherited = at.inherited?.class === 'P' ? at.inherited : undefined;
  const place = identity?.trusted === true ? undefined : placeOfCode(given);
  if (!place) return inherited;
  // The script does not tell whose code runs when other code was loaded before it.
  const named = inherited?.packageName !== undefined;
  if (named && preloads) return inherited;
  if (inherited && (place.name === undefined || inherited.packageDirectory === place.directory))
    return inherited;
  return nested(at, {
    class: 'P',
    ...nameOf(place),
    project: place.root,
    manager: at.inherited?.manager,
    via: script === undefined && command.runtime !== undefined ? 'working-directory' : 'script-path',
  });
}

/** Packages that are a runtime: what they run tells more than where they lie. */
const RUNTIME_PACKAGE =
  /^(?:node|node-(?:bin-)?[a-z]+-[a-z0-9]+|bun|@oven\/bun-[a-z0-9-]+|deno|@deno\/[a-z0-9-]+|electron)$/;

function placeOfCode({ seen, files, command, script }: Case): PackagePlace | undefined {
  if (hostOf(seen.image, script?.path, files.exists) !== undefined) return undefined;
  if (script) return script.place ?? packagePlace(script.path, files);
  const image = packagePlace(seen.image, files);
  if (command.runtime === undefined) return image;
  if (image?.name !== undefined && !RUNTIME_PACKAGE.test(image.name)) return image;
  return command.runtime === 'shell' ? undefined : packagePlace(seen.directory, files);
}

function packagePlace(path: string, { exists }: Files): PackagePlace | undefined {
  return inBundledApplication(path) || isIdePath(path, exists) ? undefined : packageAt(path);
}
