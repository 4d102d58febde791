// Wallets and password managers that live in a browser extension. Chromium keeps an extension's storage in a directory named after its id.
import { group, type Row } from '../place.ts';

const wallets = {
  metamask: 'nkbihfbeogaeaoehlefnkodbefgpgknn',
  'metamask-edge': 'ejbalbakoplchlghecdalmeeeajnimhm',
  phantom: 'bfnaelmomeimhlpmgjnjophhpkkoljpa',
  'coinbase-wallet': 'hnfanknocfeofbddgcijnmhnfnkdnaad',
  'trust-wallet': 'egjidjbpglichdcondbcbdnbeeppgdph',
  tronlink: 'ibnejdfjmmkpcnlpebklmnkoeoihofec',
  'binance-wallet': 'fhbohimaelbohpjbbldcngcnapndodjp',
  'okx-wallet': 'mcohilncbfahbmgdjkbpemcciiolgcge',
  rabby: 'acmacodkjbdgmoleebolmdjonilkdbch',
  'crypto-com-onchain': 'hifafgmccdpekplomjjkcfgodnhcellj',
  coin98: 'aeachknmefphepccionboohckonoeemg',
  'exodus-web3': 'aholpfdialjgjfhomihkjbmgjidlcdno',
  kaia: 'jblndlipeogpafnldhgmapagcccfchpi',
  ready: 'dlcobpjiigpikoobohmabehhmhfoodbb',
  core: 'agoakfejjabomempkjlepdflaleeobhb',
  tonkeeper: 'omaabbefbmiijedngplfjmnooppbclkk',
  'ton-wallet': 'nphplpgoakhhjchkkhmiggakijnkhfnd',
  openmask: 'penjlddjkjgpnkllboccdgccekpkcbin',
  mytonwallet: 'fldfpgipfncgndfolcbkdeeknbbbnhcc',
  solflare: 'bhhhlbepdkbapadjdnnojkbgioiodbic',
  'atomic-wallet': 'gjnckgkfmgmibbkoficdidcljeaaaheg',
  mathwallet: 'afbcbjpbpfadlkmhmclhkeeodmamcflc',
  safepal: 'lgmpcpglpngdoalbgeoldeajfclnhafa',
  'bitget-wallet': 'jiidiaalihmmhddjgbnbgdfflelocpak',
  keplr: 'dmkamcknogkgcdfhhbddcghachkejeap',
  'leap-cosmos': 'fcfcfllfndlomdhbehjjcoimbgofdncg',
  ctrl: 'hmeobnfnfcmdkdcmlblgagmfpfboieaf',
  martian: 'efbglgofoippbgcjepnhiblaibcnclgk',
  slush: 'opcgpfmipidbgpenhmajoajpbobppdil',
  petra: 'ejjladinnckdgjemekebdpeokbikhfci',
  pontem: 'phkbamefinggmakgklpkljjmgibohnba',
  suiet: 'khpkpbbcccdmmclmpigdgddabeilkdpd',
  backpack: 'aflkmfhebedbjioipglgcbcmnbpgliof',
  ronin: 'fnjhmkhhmkbjkkabndcnnogagogbneec',
  yoroi: 'ffnbelfdoeiohenkjibnmadjiehjhajb',
  nami: 'lpfcbjknijpeeillifnkikgncikgfhdo',
  eternl: 'kmhcihpebfmpgmihbkipmjlmmioameka',
  lace: 'gafhhkghbfjjkeiendhlofajokpaflmk',
  auro: 'cnmamaachppnkjgnildpdmkaakejnhae',
  'polkadot-js': 'mopnmbcafieddcagagdcbnhejhlodfdd',
  subwallet: 'onhogfjeacnfoofkfgppdlbmlmnplgbn',
  talisman: 'fijngjgcjhjmmpcmkeiomlglpeiijkld',
  braavos: 'jnlgamecbpmbajjfhmmmlhejkemejdma',
  guarda: 'hpglfhgfnhbgpjdenjgmdgoeiappafln',
  'jaxx-liberty': 'cjelfplplebdjjenllpjcblmjkfcffne',
  taho: 'eajafomhmkipbjmfmhebemolkcicgfmd',
  rainbow: 'opfgelmcmbiajamepnmloijbpoleiama',
  zerion: 'klghhnkeealcohjjanjjdaeeggmfmlpl',
  leather: 'ldinpeekobnhjjdofggfgjlcehhmanlj',
  xverse: 'idnnbdplmphpflfnlkomgpfbpcgelopg',
  unisat: 'ppbibelpcjmhbdihakflkdcoccbgbkpo',
  'magic-eden-wallet': 'mkpegjkblkkefacfnmkajcjmabijhclg',
  temple: 'ookjlbkiijinhpmnjffcofjonbfbgaoc',
  tezbox: 'mnfifefkajgofkcjkemidiaecocnkjeh',
  'mew-cx-enkrypt': 'nlbmnnijcnlegkjjpcfjclmcfggfefdm',
  enkrypt: 'kkpllkodjeloidieedojogacfhpaihoh',
  'terra-station': 'aiifbnbfobpmeekipheeijimdpnlpgpp',
  'multiversx-defi-wallet': 'dngmlblcodfobpdpecaadgfbcggfjfnm',
  zilpay: 'klnaejjgbibmhlephnhpmaofohgkpgkd',
  neoline: 'cphhlgmgameodnhkjdmkpanlelnlohao',
  'unnamed-wallet': 'aanjhgiamnacdfnlfnmgehjikagdbafd',
  iwallet: 'kncchdigobghenbbaddojjnnaogfppfj',
} as const;

const passwordManagers = {
  '1password': 'aeblfdkhhhdcdjpifhhbdiojplfjncoa',
  bitwarden: 'nngceckbapebfimnlniiiahkandclblb',
  lastpass: 'hdokiejnpimakedhajhdlcegeplioahd',
  dashlane: 'fdjamakpfbbddfjaooikfcpapjohcfmg',
  'proton-pass': 'ghmbeldphafepmbegfdlkpapadhbakde',
  'keepassxc-browser': 'oboonakemofpalcgghocfoadofidjkkk',
  authenticator: 'bhghoamapcdpbohphigoooaddinpkbai',
  'trezor-password-manager': 'imloifkgjagghnncjkhggdhalmcnfklk',
} as const;

function storageOf(extensions: Readonly<Record<string, string>>): readonly Row[] {
  return Object.entries(extensions).map(
    ([name, id]): Row => [
      name,
      'extension-storage',
      'A',
      `**/{Local Extension Settings/${id},IndexedDB/chrome-extension_${id}_*}/**`,
    ],
  );
}

export const walletExtension = group(
  'wallet-extension',
  {
    readers: ['chromium'],
    rotate: 'Move the funds to a new wallet made on another device; a stolen seed or key cannot be revoked.',
  },
  storageOf(wallets),
);

export const passwordManagerExtension = group(
  'pwmanager-extension',
  {
    readers: ['chromium'],
    rotate:
      'Change the vault’s master password, then every password and token stored in it, most valuable first.',
  },
  storageOf(passwordManagers),
);
