// An agent's process for the tests that stop or kill it, or run it with less than root's rights. Arguments: the thread's script
// and the homes. Prints one JSON line when it is armed; ends when its standard input does.
import { armSensor } from './armed.ts';

const [script, ...homes] = process.argv.slice(2);
const armed = await armSensor({ homes, mode: 'audit', script: new URL(script ?? '') });
const { processes, secretFiles } = armed.sensor;
const capabilities = [...processes.capabilities(), ...secretFiles.capabilities()];
console.log(JSON.stringify({ capabilities, log: armed.log }));
process.stdin.once('end', () => void armed.stop()).resume();
