// `lifeguard status`: how the agent on this machine is.
import type { Command } from 'commander';
import type { Status } from '../../../schema/local.ts';
import { agentHere } from '../agent-here.ts';
import { type Cell, type Colour, colour, printable } from '../terminal.ts';

interface Options {
  readonly config?: string;
  readonly json?: boolean;
}

export function registerStatus(program: Command): void {
  program
    .command('status')
    .description('Say how the agent on this machine is')
    .option('--json', 'one JSON document; `ready` is true once every available sensor is armed')
    .action(async ({ config, json }: Options) => {
      const status = await agentHere(config).status();
      console.log(json ? JSON.stringify(status, null, 2) : describe(status).join('\n'));
    });
}

function describe(status: Status): string[] {
  const { central, capabilities, rules, resources, drops, warnings } = status;
  const able = capabilities.filter(({ state }) => state === 'yes').length;
  const limited = capabilities.length - able;
  const lost = Object.entries(drops);
  return [
    row('agent', `${status.version}, pid ${status.pid}, since ${status.startedAt} on ${status.host}`),
    row('state', status.ready ? ['ready', 'green'] : ['arming its sensors …', 'yellow']),
    row(
      'mode',
      status.mode === 'protect' ? 'protect: forbidden reads are denied' : 'audit: observes and alerts',
    ),
    row('sensors', [
      `${able} of ${capabilities.length} capabilities${limited > 0 ? '; the others: lifeguard doctor' : ''}`,
      limited > 0 ? 'yellow' : 'green',
    ]),
    row('homes', status.homes.join(', ') || 'none'),
    row('projects', String(status.projects)),
    row('rules', `${rules.loaded} loaded${rules.broken.length > 0 ? `, ${rules.broken.length} broken` : ''}`),
    row('central', centralLine(central)),
    row('alerts', `${status.alerts.total} kept here`),
    row('lost', lost.length === 0 ? 'nothing' : [lost.map((loss) => loss.join(' ')).join(', '), 'red']),
    row('uses', `${Math.round(resources.rss / 1e6)} MB, ${resources.cpuSeconds.toFixed(1)} s of CPU time`),
    ...rules.broken.map((line) => row('broken rule', [line, 'yellow'])),
    ...warnings.map((line) => row('warning', [line, 'yellow'])),
  ];
}

function centralLine({ state, url, detail, pending, acknowledged }: Status['central']): Cell {
  const waiting = `${pending} waiting, ${acknowledged} delivered`;
  switch (state) {
    case 'none':
      return 'none: alerts stay on this machine';
    case 'connected':
      return [`connected to ${url}: ${waiting}`, 'green'];
    case 'connecting':
      return [`connecting to ${url}: ${waiting}${detail ? `; ${detail}` : ''}`, 'yellow'];
    case 'refused':
      break;
  }
  return [`refused${url ? ` by ${url}` : ''}: ${detail ?? 'no reason given'}`, 'red'];
}

function row(name: string, cell: Cell): string {
  const [text, format]: readonly [string, Colour?] = typeof cell === 'string' ? [cell] : cell;
  const value = printable(text);
  return `${colour('bold', name.padEnd(11))} ${format === undefined ? value : colour(format, value)}`;
}
