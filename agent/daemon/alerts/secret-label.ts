// What a catalogued secret is called in a sentence: "SSH private key", "solana wallet key".
import type { SecretRef } from '../../../schema/secret.ts';

const labels: Readonly<Record<string, (kind: string) => string>> = {
  ssh: (kind) => `SSH ${kind}`,
  git: (kind) => gitKinds[kind] ?? `Git ${kind}`,
  'ai-agent': (kind) => `AI agent ${kind}`,
  'env-file': () => '.env file',
  history: (kind) => kind,
  messaging: (kind) => `${kind} account`,
  'pwmanager-extension': () => 'password manager extension',
  'wallet-desktop': (kind) => `${kind} wallet`,
  'wallet-devkey': (kind) => `${kind} wallet key`,
  'wallet-extension': () => 'wallet extension',
};

const gitKinds: Readonly<Record<string, string>> = {
  'gh-token': 'GitHub token',
  'glab-token': 'GitLab token',
};

/** A group that has no words of its own here is called as it is. */
export function secretLabel({ group, kind }: Pick<SecretRef, 'group' | 'kind'>): string {
  const label = labels[group]?.(kind) ?? `${group} ${kind}`;
  return label.replaceAll('-', ' ');
}
