// IDEs and coding agents: programs that start other programs for a person. Known by where their code lies.
import { isGlobal } from './managers.ts';
import { type Exists, onOwnGround, packageAt } from './places.ts';

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
export function isIdePath(path: string, exists: Exists): boolean {
  return onOwnGround(path, IDE_DIRECTORY, exists) !== undefined;
}

/** `image` is the executable, `script` the main script of a runtime; both real paths. */
export function hostOf(image: string, script: string | undefined, exists: Exists): Host | undefined {
  const code = script ?? image;
  if (onOwnGround(code, AGENT_DIRECTORY, exists)) return 'coding-agent';
  if (isIdePath(code, exists)) return 'ide';
  const place = packageAt(code);
  if (place) {
    // Any other package may call its program what it likes, and any project may depend on something of that name.
    const isAgent = place.name !== undefined && AGENT_PACKAGES.has(place.name);
    return isAgent && isGlobal(code.slice(0, code.indexOf('/node_modules/')), exists)
      ? 'coding-agent'
      : undefined;
  }
  if (script === undefined && AGENT_BINARY.test(image)) return 'coding-agent';
  return isIdePath(image, exists) || IDE_BINARY.test(image) ? 'ide' : undefined;
}
