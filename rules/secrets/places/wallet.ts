import { group } from '../place.ts';

const moveFunds =
  'Move the funds to a new wallet made on another device; a stolen seed or key cannot be revoked.';

/** `~/.config/X`, `~/Library/Application Support/X`, `~/AppData/Roaming/X`. */
function application(directory: string, below: string) {
  return {
    linux: `~/.config/${directory}/${below}`,
    darwin: `~/Library/Application Support/${directory}/${below}`,
    win32: `~/AppData/Roaming/${directory}/${below}`,
  };
}

/** Bitcoin Core and its relatives: a dot directory on Linux. */
function core(unix: string, darwin: string, win32: string = darwin) {
  return {
    linux: `~/.${unix}/**/wallet.dat`,
    darwin: `~/Library/Application Support/${darwin}/**/wallet.dat`,
    win32: `~/AppData/Roaming/${win32}/**/wallet.dat`,
  };
}

export const walletDesktop = group('wallet-desktop', { readers: ['wallets'], rotate: moveFunds }, [
  ['exodus', 'exodus', 'A', application('Exodus', '**')],
  [
    'electrum',
    'electrum',
    'A',
    { unix: '~/.electrum/wallets/**', win32: '~/AppData/Roaming/Electrum/wallets/**' },
  ],
  [
    'electrum-ltc',
    'electrum',
    'A',
    { unix: '~/.electrum-ltc/wallets/**', win32: '~/AppData/Roaming/Electrum-LTC/wallets/**' },
  ],
  [
    'electron-cash',
    'electrum',
    'A',
    { unix: '~/.electron-cash/wallets/**', win32: '~/AppData/Roaming/ElectronCash/wallets/**' },
  ],
  ['atomic', 'atomic', 'A', application('atomic', 'Local Storage/leveldb/**')],
  ['guarda', 'guarda', 'A', application('Guarda', 'Local Storage/leveldb/**')],
  [
    'coinomi',
    'coinomi',
    'A',
    {
      linux: '~/.coinomi/Coinomi/wallets/**',
      darwin: '~/Library/Application Support/Coinomi/wallets/**',
      win32: '~/AppData/Local/Coinomi/Coinomi/wallets/**',
    },
  ],
  ['jaxx-liberty', 'jaxx-liberty', 'A', application('com.liberty.jaxx', 'IndexedDB/**')],
  ['ledger-live', 'ledger-live', 'A', application('Ledger Live', '**')],
  ['trezor-suite', 'trezor-suite', 'A', application('@trezor/suite-desktop', '**')],
  [
    'wasabi',
    'wasabi',
    'A',
    { unix: '~/.walletwasabi/client/Wallets/**', win32: '~/AppData/Roaming/WalletWasabi/Client/Wallets/**' },
  ],
  ['bitcoin-core', 'bitcoin-core', 'A', core('bitcoin', 'Bitcoin')],
  ['litecoin-core', 'bitcoin-core', 'A', core('litecoin', 'Litecoin')],
  ['dogecoin-core', 'bitcoin-core', 'A', core('dogecoin', 'Dogecoin', 'DogeCoin')],
  ['dash-core', 'bitcoin-core', 'A', core('dashcore', 'DashCore')],
  [
    'sparrow',
    'sparrow',
    'A',
    { unix: '~/.sparrow/wallets/**', win32: '~/AppData/Roaming/Sparrow/wallets/**' },
  ],
  ['monero', 'monero', 'A', { unix: '~/Monero/wallets/**', win32: '~/Documents/Monero/wallets/**' }],
  ['binance', 'binance', 'A', application('Binance', 'app-store.json')],
  [
    'daedalus',
    'daedalus',
    'A',
    {
      linux: '~/.local/share/Daedalus/mainnet/**',
      darwin: '~/Library/Application Support/Daedalus Mainnet/**',
      win32: '~/AppData/Roaming/Daedalus Mainnet/**',
    },
  ],
  [
    'geth',
    'ethereum-keystore',
    'A',
    {
      linux: '~/.ethereum/keystore/**',
      darwin: '~/Library/Ethereum/keystore/**',
      win32: '~/AppData/Roaming/Ethereum/keystore/**',
    },
  ],
  [
    'brave-wallet',
    'brave-wallet',
    'A',
    { darwin: '~/Library/Application Support/BraveSoftware/Brave-Browser/BraveWallet/**' },
    { readers: ['chromium'] },
  ],
  ['wallet-file', 'bitcoin-core', 'A', '**/wallet.dat'],
  ['keystore-file', 'ethereum-keystore', 'A', '**/UTC--*'],
]);

export const walletDevkey = group('wallet-devkey', { readers: ['web3-cli'], rotate: moveFunds }, [
  ['solana', 'solana', 'A', '~/.config/solana/id.json'],
  ['solana-keypair', 'solana', 'A', '~/.config/solana/*.json'],
  ['sui', 'sui', 'A', '~/.sui/sui_config/sui.keystore'],
  ['aptos', 'aptos', 'A', '~/.aptos/config.yaml'],
  ['aptos-project', 'aptos', 'A', '**/.aptos/config.yaml'],
  ['near', 'near', 'A', '~/.near-credentials/**'],
  ['foundry', 'foundry', 'A', '~/.foundry/keystores/**'],
  ['brownie', 'brownie', 'A', '~/.brownie/accounts/**'],
  [
    'hardhat',
    'hardhat',
    'A',
    {
      linux: ['~/.config/hardhat-nodejs/**', '~/.config/hardhat/**'],
      darwin: ['~/.config/hardhat/**', '~/Library/Preferences/hardhat-nodejs/**'],
      win32: ['~/.config/hardhat/**', '~/AppData/Roaming/hardhat-nodejs/**'],
    },
    { readers: ['hardhat'] },
  ],
  ['starkli', 'starknet', 'A', '~/.starkli-wallets/**'],
  ['starknet', 'starknet', 'A', '~/.starknet_accounts/**'],
  ['cosmos', 'cosmos', 'A', { unix: '~/.*/keyring-{file,test}/**' }],
  ['substrate', 'substrate', 'A', '~/.local/share/*/chains/*/keystore/**'],
  ['tezos', 'tezos', 'A', { unix: '~/.tezos-client/secret_keys' }],
  ['lnd', 'lnd', 'A', { unix: '~/.lnd/**/admin.macaroon' }, { readers: ['wallets'] }],
  ['clef', 'ethereum-keystore', 'A', { unix: '~/.clef/**' }, { readers: ['wallets'] }],
  ['hardhat-config', 'config', 'C', '**/hardhat.config.{js,ts,cjs,mjs}', { readers: ['hardhat'] }],
  [
    'keyword-file',
    'keyword',
    'B',
    '**/*{mnemonic,seed,privkey,private_key,keypair}*',
    { except: ['/node_modules/', '/site-packages/', '/usr/', '.ts', '.js', '.md', '.py', '.mjs', '.cjs'] },
  ],
]);
