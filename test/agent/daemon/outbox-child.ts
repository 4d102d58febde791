// Puts numbered alerts into an outbox until it is killed; prints the number of each that is on the disk.
import { writeSync } from 'node:fs';
import { Counters } from '../../../agent/daemon/counters.ts';
import { createLog } from '../../../agent/daemon/log.ts';
import { Outbox } from '../../../agent/daemon/outbox/index.ts';
import { sampleAlert } from './sample.ts';

const [file = ''] = process.argv.slice(2);
const log = await createLog({ verbose: false, pretty: false });
const outbox = new Outbox({ file, counters: new Counters(), log, numbered: true });
for (let number = outbox.last + 1; ; number += 1) {
  await outbox.put(sampleAlert({ summary: String(number) }));
  writeSync(1, `${number}\n`);
}
