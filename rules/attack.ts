// MITRE ATT&CK as a rule's tags name it.
import type { RuleHead } from './engine/rule/rule.ts';

/** Of the tactic and technique ids in this repository's rules; a rule may say another one in `lifeguard.attackVersion`. */
const ATTACK_VERSION = '18';

const tactics = new Set([
  'reconnaissance',
  'resource-development',
  'initial-access',
  'execution',
  'persistence',
  'privilege-escalation',
  'defense-evasion',
  'credential-access',
  'discovery',
  'lateral-movement',
  'collection',
  'command-and-control',
  'exfiltration',
  'impact',
]);

export interface Attack {
  readonly tactics: readonly string[];
  readonly techniques: readonly string[];
  readonly attackVersion: string;
}

/** Older rules write a tactic with underscores. */
export function attackOf({ tags, custom }: RuleHead): Attack {
  const names = tags.filter((tag) => tag.startsWith('attack.')).map((tag) => tag.slice('attack.'.length));
  return {
    tactics: names.map((name) => name.replaceAll('_', '-')).filter((name) => tactics.has(name)),
    techniques: names.filter((name) => /^t\d{4}(\.\d{3})?$/.test(name)).map((name) => name.toUpperCase()),
    attackVersion: custom.get('attackVersion') ?? ATTACK_VERSION,
  };
}
