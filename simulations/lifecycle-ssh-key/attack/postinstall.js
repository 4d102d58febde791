// Harmless: reads a decoy in a temporary home and tells a listener on this machine how long it was.
const { readFileSync } = require('node:fs');
const { connect } = require('node:net');
const { homedir } = require('node:os');
const { join } = require('node:path');

const home = homedir();
if (!home.includes('lifeguard-simulation-')) throw new Error(`${home} is not the home of a simulation`);

const { length } = readFileSync(join(home, '.ssh', 'id_ed25519'));
const sink = { host: process.env.LIFEGUARD_SINK_ADDRESS, port: Number(process.env.LIFEGUARD_SINK_PORT) };
const socket = connect(sink, () => socket.end(`read ${length} bytes of a decoy\n`));
socket.resume();
