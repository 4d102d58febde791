// Takes credentials out of free text (command lines, history lines, scripts) before it is stored or sent.
// Every quantifier is bounded or consumes what it matched, so a hostile line costs linear time.
// When in doubt it takes too much: a lost argument is an inconvenience, a leaked token is an incident.

const REDACTED = '[redacted]';

interface Pattern {
  readonly what: string;
  readonly find: RegExp;
  readonly replace: string;
}

/** Words that, in the name of a variable, option, header or key, announce a credential as its value. */
const credentialWord =
  '(?:token|secret|passw(?:or)?d|passphrase|passcode|pwd|api[-_]?key|access[-_]?key|private[-_]?key|signing[-_]?key|' +
  'encryption[-_]?key|credentials?|mnemonic|seed[-_]?phrase|cookie|session[-_]?id|auth(?!or)|otp)';
const credentialName = `[\\w.-]{0,64}${credentialWord}[\\w-]{0,64}`;
const value = `(?:"[^"]{0,4096}"?|'[^']{0,4096}'?|[^\\s"'&;|]+)`;

/** Formats that name their issuer. The lengths are the issuers' minimum or a little below it. */
const issued = [
  'npm_[A-Za-z0-9]{20,}',
  'gh[oprsu]_[A-Za-z0-9]{20,}',
  'github_pat_\\w{20,}',
  'gl(?:pat|dt|ft|rt|cbt|ptt|soat)-[\\w-]{16,}',
  '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}',
  'AIza[\\w-]{30,}',
  'ya29\\.[\\w-]{20,}',
  'GOCSPX-[\\w-]{20,}',
  'xox[abeoprs]-[\\w-]{10,}',
  'xapp-[\\w-]{10,}',
  '(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}',
  'sk-[\\w-]{20,}',
  'hf_[A-Za-z0-9]{20,}',
  'pypi-[\\w-]{20,}',
  'dckr_(?:pat|oat)_[\\w-]{20,}',
  'do[opr]_v1_[a-f0-9]{32,}',
  'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{16,}',
  'SG\\.[\\w-]{16,}\\.[\\w-]{16,}',
  'hv[bs]\\.[\\w-]{20,}',
  'AGE-SECRET-KEY-1[A-Z0-9]{20,}',
  'lgt1\\.[\\w-]{16,}',
  'eyJ[\\w-]{8,}\\.[\\w-]{8,}(?:\\.[\\w-]{0,4096})?',
].join('|');

const patterns: readonly Pattern[] = [
  {
    what: 'PEM block',
    find: /-----BEGIN [A-Z0-9 ]{0,64}-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,64}-----|$)/g,
    replace: '[redacted PEM]',
  },
  {
    what: 'token of a known issuer',
    find: new RegExp(`(?<![A-Za-z0-9])(?:${issued})`, 'g'),
    replace: REDACTED,
  },
  {
    // `git@` names no secret and tells where a package came from.
    what: 'credentials in an address',
    find: /\b([a-z][a-z0-9+.-]{1,20}:\/\/)(?!git@)[^\s/@"']{1,768}@/gi,
    replace: `$1${REDACTED}@`,
  },
  {
    what: 'authorisation header',
    find: new RegExp(
      `((?:proxy-)?authorization["']?\\s{0,8}[:=]\\s{0,8}["']?(?:(?:basic|bearer|token|digest|negotiate)\\s{1,8})?)[^\\s"']+`,
      'gi',
    ),
    replace: `$1${REDACTED}`,
  },
  { what: 'bearer token', find: /\b(bearer\s{1,8})[\w.~+/=-]{6,}/gi, replace: `$1${REDACTED}` },
  { what: 'cookie header', find: /\b((?:set-)?cookie:\s{0,8})[^"'\r\n]+/gi, replace: `$1${REDACTED}` },
  {
    what: 'named value',
    find: new RegExp(
      `((?<![\\w.-])${credentialName}["']?\\s{0,8}[:=]{1,2}\\s{0,8})(?!\\[redacted)${value}`,
      'gi',
    ),
    replace: `$1${REDACTED}`,
  },
  {
    what: 'option with its value as the next word',
    find: new RegExp(`((?<![\\w-])--?${credentialName}\\s{1,8})(?!-|\\[redacted)${value}`, 'gi'),
    replace: `$1${REDACTED}`,
  },
  {
    what: 'user and password of curl or wget',
    find: /((?<![\w-])(?:-u|--user|--proxy-user)[\s=]{1,8}["']?)[^\s"':]{1,256}:[^\s"']+/g,
    replace: `$1${REDACTED}`,
  },
  {
    what: 'password glued to -p',
    find: /(\b(?:mysql|mysqldump|mysqladmin|mariadb|sshpass)\b[^|;&\n]{0,256}?\s-p\s{0,1})(?![\s[])[^\s"']+/g,
    replace: `$1${REDACTED}`,
  },
];

/** `text` without the credentials that it carries. Idempotent. */
export function scrub(text: string): string {
  let scrubbed = text;
  for (const { find, replace } of patterns) scrubbed = scrubbed.replace(find, replace);
  return scrubbed;
}
