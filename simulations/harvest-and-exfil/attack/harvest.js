// Harmless: reads decoys in a temporary home and tells a listener on this machine how long they were.
const { readFileSync } = require('node:fs');
const { connect } = require('node:net');
const { homedir } = require('node:os');
const { join } = require('node:path');

const home = homedir();
if (!home.includes('lifeguard-simulation-')) throw new Error(`${home} is not the home of a simulation`);

const profile = '.config/google-chrome/Default';
const decoys = [
  '.ssh/id_ed25519',
  '.aws/credentials',
  '.config/gh/hosts.yml',
  '.config/solana/id.json',
  `${profile}/Login Data`,
  `${profile}/Local Extension Settings/nkbihfbeogaeaoehlefnkodbefgpgknn/000003.log`,
];
const length = decoys.reduce((sum, decoy) => sum + readFileSync(join(home, decoy)).length, 0);
const sink = { host: process.env.LIFEGUARD_SINK_ADDRESS, port: Number(process.env.LIFEGUARD_SINK_PORT) };
const socket = connect(sink, () => socket.end(`read ${length} bytes of decoys\n`));
socket.resume();
