// Benign: reads the file that the application names.
const { readFileSync } = require('node:fs');

module.exports = function load(file) {
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const at = line.indexOf('=');
    if (at > 0) process.env[line.slice(0, at)] = line.slice(at + 1);
  }
};
