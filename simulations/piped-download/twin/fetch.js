// Benign: what packages do that bring a prebuilt binary.
const { createWriteStream } = require('node:fs');
const { get } = require('node:http');

const { LIFEGUARD_SINK_ADDRESS: host, LIFEGUARD_SINK_PORT: port } = process.env;
get({ host, port, path: '/binary' }, (answer) => answer.pipe(createWriteStream('binary')));
