// The agent's entry. It runs until SIGTERM, SIGINT or the end of its IPC channel (exit 0); what keeps it from starting is
// one line on stderr and exit 1, or 3 where another agent holds the state directory.
//
//   node agent/daemon/main.ts --config FILE [--state-dir DIR] [--verbose]
//
// reads the file itself and follows its changes; `lifeguard agent` becomes this by execve. Without --config everything
// is at its default. As a child of `lifeguard up` it takes its configuration over IPC instead (schema/agent-process.ts):
//
//   spawn(process.execPath, [...process.execArgv, '…/agent/daemon/main.ts'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
//
//   parent ──► {type: 'start', config, configFile?, verbose?}      first message
//   child  ──► {type: 'listening', socket}, then {type: 'ready'}   or {type: 'failed', code, message}, then exit
//
// Logs go to stderr: readable lines on a terminal, else JSON (`level` as a word, `time`, `msg`).
export {};
