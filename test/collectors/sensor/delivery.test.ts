import assert from 'node:assert/strict';
import { createDelivery } from '../../../collectors/sensor/delivery.ts';
import { createTally } from '../../../collectors/sensor/losses.ts';
import { createUsers } from '../../../platform/users.ts';
import type { Event } from '../../../schema/event.ts';

const users = createUsers(() => new Map([[0, 'root']]));

async function take(source: AsyncIterable<Event>, count: number): Promise<Event[]> {
  const events: Event[] = [];
  for await (const event of source) if (events.push(event) === count) break;
  return events;
}

describe('losses', () => {
  it('are told once with their sum while nobody takes them', async () => {
    const delivery = createDelivery('laptop', users);
    const tally = createTally();
    const source = delivery.read('secret-files', new AbortController().signal);
    for (const lost of [3, 3, 10])
      delivery.tell('secret-files', tally.update({ 'queue-lost': lost, 'held-opens': 99 }));
    const [event] = await take(source, 1);
    assert.ok(event?.kind === 'loss');
    assert.deepEqual(
      [event.cause, event.lost, event.credentialPath, event.host],
      ['queue-lost', 10, true, 'laptop'],
    );
  });

  it('go on counting over the lives of the thread, and what there is now does not', () => {
    const tally = createTally();
    tally.update({ 'queue-dropped': 5, processes: 90 });
    tally.close();
    tally.add('thread-lost');
    assert.deepEqual(tally.update({ 'queue-dropped': 2, processes: 80 }), [
      { cause: 'queue-dropped', lost: 2, credentialPath: false },
    ]);
    assert.deepEqual(tally.total(), { 'queue-dropped': 7, 'thread-lost': 1, processes: 80 });
  });
});
