// Benign: reads what lies beside it and connects, as packages that fetch a prebuilt binary do.
const { readdirSync, readFileSync } = require('node:fs');
const { connect } = require('node:net');

for (const name of readdirSync('.')) readFileSync(name);
const sink = { host: process.env.LIFEGUARD_SINK_ADDRESS, port: Number(process.env.LIFEGUARD_SINK_PORT) };
const socket = connect(sink, () => socket.end('GET /binary\n'));
socket.resume();
