// The central collector's composition root.
//
// As a program it is a child of `lifeguard central` or `lifeguard up`, which read the configuration file and talk to it
// over Node's IPC channel (messages: schema/central-process.ts):
//
//   spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '…/central/server/main.ts'],
//         { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
//
//   parent ──► {type: 'start', config, verbose?}   first message; `config` is a CentralConfig whose stateDir is set
//   child  ──► {type: 'ready', agentUrl, consoleUrl, signInLink}     or {type: 'failed', code, message}, then exit 1
//   parent ──► {type: 'token'}                     child ──► {type: 'token', token}   a one-time enrolment token
//   parent ──► {type: 'link'}                      child ──► {type: 'link', link}     a fresh sign-in link
//
// SIGTERM, SIGINT or the end of the channel close it cleanly (exit 0). Logs go to stderr.
export {};
