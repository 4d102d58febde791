// Benign: what packages with a native part do after they were installed.
const { readFileSync, writeFileSync } = require('node:fs');
const { connect } = require('node:net');
const { platform } = require('node:os');

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
writeFileSync('built.json', JSON.stringify({ version, platform: platform() }));
const sink = { host: process.env.LIFEGUARD_SINK_ADDRESS, port: Number(process.env.LIFEGUARD_SINK_PORT) };
const socket = connect(sink, () => socket.end('GET /binary\n'));
socket.resume();
