// Harmless: reads decoys in a temporary home. It has no install script: it acts when it is imported.
const { readFileSync } = require('node:fs');
const { homedir } = require('node:os');
const { join } = require('node:path');

const home = homedir();
if (!home.includes('lifeguard-simulation-')) throw new Error(`${home} is not the home of a simulation`);

for (const decoy of ['.ssh/id_ed25519', '.config/gh/hosts.yml', '.config/solana/id.json']) {
  readFileSync(join(home, decoy));
}
