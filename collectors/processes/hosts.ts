// IDEs and coding agents: programs that start other programs for a person. Known by where their code lies.
import { packageAt } from './places.ts';

export type Host = 'ide' | 'coding-agent';

const AGENT_PACKAGES: ReadonlySet<string> = new Set([
  '@anthropic-ai/claude-code',
  '@openai/codex',
  '@google/gemini-cli',
  '@github/copilot',
  '@qwen-code/qwen-code',
  '@sourcegraph/amp',
  'opencode-ai',
]);

const AGENT_BINARY =
  /\/(?:claude|codex|gemini|cursor-agent|copilot|opencode|amp|aider|goose|qwen)(?:-[a-z0-9_-]+)?$/;
const AGENT_DIRECTORY =
  /\/(?:\.claude\/local|cursor-agent\/versions|claude\/versions|\.opencode\/bin|\.codex\/bin)\//;

const IDE_BINARY =
  /\/(?:code|code-insiders|code-oss|codium|vscodium|code-server|code-tunnel|cursor|windsurf|kiro|trae|zed|zed-editor|positron|theia|fleet|idea|webstorm|pycharm|phpstorm|rubymine|goland|rider|clion)(?:64)?(?:\.sh)?$/;
const IDE_DIRECTORY =
  /\/(?:\.(?:vscode|vscodium|cursor|windsurf|kiro|trae|positron)(?:-server|-insiders|-oss|-remote)?\/(?:bin|cli|extensions|data|server)|\.cache\/JetBrains|JetBrains\/Toolbox|share\/code(?:-[a-z]+)?|share\/(?:codium|cursor|windsurf)|lib\/code(?:-server)?)\//;

/** Whether code at this path is part of an IDE: itself, its server, an extension that it runs. */
export function isIdePath(path: string): boolean {
  return IDE_DIRECTORY.test(path);
}

/** `image` is the executable, `script` the main script of a runtime; both real paths. */
export function hostOf(image: string, script: string | undefined): Host | undefined {
  const code = script ?? image;
  const place = packageAt(code);
  if (place?.name !== undefined && AGENT_PACKAGES.has(place.name))
    return isOwnInstall(code) ? 'coding-agent' : undefined;
  // Any other package may call its program what it likes.
  if (place !== undefined && !isIdePath(code)) return undefined;
  if (AGENT_DIRECTORY.test(code) || (script === undefined && AGENT_BINARY.test(image))) return 'coding-agent';
  return isIdePath(code) || isIdePath(image) || IDE_BINARY.test(image) ? 'ide' : undefined;
}

/** A global prefix, npx's cache or the agent's own directory, not some project's dependency of that name. */
function isOwnInstall(path: string): boolean {
  return /\/lib\/node_modules\/@?[^/]+\//.test(path) || path.includes('/_npx/') || AGENT_DIRECTORY.test(path);
}
