// `node bin/setup.js`: makes a checkout ready to run. Plain JavaScript, so that any Node from 20 on can run it.
import { setUp } from './installation.js';

await setUp();
