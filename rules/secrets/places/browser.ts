// Browsers are a product: every profile root holds the same kinds of store.
import { group, type PathByPlatform, type Row } from '../place.ts';
import type { ReaderSet } from '../readers.ts';

/** Kinds of store in a Chromium profile; the path is below the user-data directory. */
const chromiumStores = [
  ['login-db', 'A', '**/Login Data*'],
  ['cookies', 'A', '**/Cookies'],
  ['webdata', 'A', '**/Web Data*'],
  ['os-crypt-key', 'A', 'Local State'],
  ['ext-storage', 'A', '**/Local Extension Settings/**'],
  ['ext-indexeddb', 'A', '**/IndexedDB/chrome-extension_*/**'],
  ['local-storage', 'B', '**/Local Storage/leveldb/**'],
  ['history', 'B', '**/History'],
] as const;

/** User-data directories of the Chromium family. */
const chromiumRoots: readonly (readonly [id: string, roots: Exclude<PathByPlatform, string>])[] = [
  [
    'chrome',
    {
      linux: '~/.config/google-chrome',
      darwin: '~/Library/Application Support/Google/Chrome',
      win32: '~/AppData/Local/Google/Chrome/User Data',
    },
  ],
  [
    'chrome-beta',
    { linux: '~/.config/google-chrome-beta', darwin: '~/Library/Application Support/Google/Chrome Beta' },
  ],
  [
    'chrome-dev',
    {
      linux: '~/.config/google-chrome-unstable',
      darwin: '~/Library/Application Support/Google/Chrome Canary',
      win32: '~/AppData/Local/Google/Chrome SxS/User Data',
    },
  ],
  ['chrome-flatpak', { linux: '~/.var/app/com.google.Chrome/config/google-chrome' }],
  [
    'chromium',
    {
      linux: '~/.config/chromium',
      darwin: '~/Library/Application Support/Chromium',
      win32: '~/AppData/Local/Chromium/User Data',
    },
  ],
  ['chromium-snap', { linux: '~/snap/chromium/common/chromium' }],
  [
    'brave',
    {
      linux: '~/.config/BraveSoftware/Brave-Browser',
      darwin: '~/Library/Application Support/BraveSoftware/Brave-Browser',
      win32: '~/AppData/Local/BraveSoftware/Brave-Browser/User Data',
    },
  ],
  ['brave-flatpak', { linux: '~/.var/app/com.brave.Browser/config/BraveSoftware/Brave-Browser' }],
  [
    'edge',
    {
      linux: '~/.config/microsoft-edge',
      darwin: '~/Library/Application Support/Microsoft Edge',
      win32: '~/AppData/Local/Microsoft/Edge/User Data',
    },
  ],
  [
    'vivaldi',
    {
      linux: '~/.config/vivaldi',
      darwin: '~/Library/Application Support/Vivaldi',
      win32: '~/AppData/Local/Vivaldi/User Data',
    },
  ],
  [
    'opera',
    {
      linux: '~/.config/opera',
      darwin: '~/Library/Application Support/com.operasoftware.Opera',
      win32: '~/AppData/Roaming/Opera Software/Opera Stable',
    },
  ],
  [
    'opera-gx',
    {
      darwin: '~/Library/Application Support/com.operasoftware.OperaGX',
      win32: '~/AppData/Roaming/Opera Software/Opera GX Stable',
    },
  ],
  [
    'yandex',
    {
      linux: '~/.config/yandex-browser',
      darwin: '~/Library/Application Support/Yandex/YandexBrowser',
      win32: '~/AppData/Local/Yandex/YandexBrowser/User Data',
    },
  ],
  [
    'arc',
    {
      darwin: '~/Library/Application Support/Arc/User Data',
      win32: '~/AppData/Local/Packages/TheBrowserCompany.Arc_*/LocalCache/Local/Arc/User Data',
    },
  ],
  ['comet', { darwin: '~/Library/Application Support/Comet' }],
  ['dia', { darwin: '~/Library/Application Support/Dia/User Data' }],
];

/** Kinds of store in a Firefox profile; the path is below the directory that holds the profiles. */
const firefoxStores = [
  ['logins', 'A', '*/logins.json'],
  ['key4', 'A', '*/key4.db'],
  ['key3', 'A', '*/key3.db'],
  ['certificates', 'B', '*/cert9.db'],
  ['cookies', 'A', '*/cookies.sqlite*'],
  ['form-history', 'B', '*/formhistory.sqlite'],
  ['ext-storage', 'A', '*/storage/default/moz-extension+++*/**'],
] as const;

const firefoxRoots: readonly (readonly [id: string, roots: Exclude<PathByPlatform, string>])[] = [
  [
    'firefox',
    {
      linux: '~/.mozilla/firefox',
      darwin: '~/Library/Application Support/Firefox/Profiles',
      win32: '~/AppData/Roaming/Mozilla/Firefox/Profiles',
    },
  ],
  ['firefox-xdg', { linux: '~/.config/mozilla/firefox' }],
  ['firefox-snap', { linux: '~/snap/firefox/common/.mozilla/firefox' }],
  ['firefox-flatpak', { linux: '~/.var/app/org.mozilla.firefox/.mozilla/firefox' }],
  [
    'librewolf',
    {
      linux: '~/.librewolf',
      darwin: '~/Library/Application Support/librewolf/Profiles',
      win32: '~/AppData/Roaming/librewolf/Profiles',
    },
  ],
  [
    'zen',
    {
      linux: '~/.zen',
      darwin: '~/Library/Application Support/zen/Profiles',
      win32: '~/AppData/Roaming/zen/Profiles',
    },
  ],
];

function product(
  roots: typeof chromiumRoots,
  stores: typeof chromiumStores | typeof firefoxStores,
  reader: ReaderSet,
): readonly Row[] {
  return roots.flatMap(([id, byPlatform]) =>
    stores.map(
      ([kind, tier, below]): Row => [
        `${id}-${kind}`,
        kind,
        tier,
        Object.fromEntries(
          Object.entries(byPlatform).map(([platform, root]) => [platform, `${String(root)}/${below}`]),
        ),
        { readers: [reader] },
      ],
    ),
  );
}

export const browser = group(
  'browser',
  {
    rotate:
      'Sign out of all sessions of the accounts used in this browser, change the passwords it stores, most valuable first.',
  },
  [
    ...product(chromiumRoots, chromiumStores, 'chromium'),
    ...product(firefoxRoots, firefoxStores, 'firefox'),
    [
      'safari-cookies',
      'cookies',
      'A',
      {
        darwin: [
          '~/Library/Containers/com.apple.Safari/Data/Library/Cookies/Cookies.binarycookies',
          '~/Library/Cookies/Cookies.binarycookies',
        ],
      },
    ],
    ['safari-history', 'history', 'B', { darwin: '~/Library/Safari/History.db' }],
    ['safari-local-storage', 'local-storage', 'B', { darwin: '~/Library/Safari/LocalStorage/**' }],
  ],
);
