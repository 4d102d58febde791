// The console's page: its TypeScript with the types stripped, once at the start, and lit-html as its package ships it.
// Everything is in memory and named beforehand; no request ever becomes a path.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { findPackageJSON, stripTypeScriptTypes } from 'node:module';
import { dirname, extname, join } from 'node:path';
import type { Context } from 'hono';

interface Asset {
  readonly body: string;
  readonly type: string;
  readonly etag: string;
}

export interface Pages {
  readonly index: Asset;
  readonly assets: ReadonlyMap<string, Asset>;
  readonly policy: string;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ts': 'text/javascript; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/** What the page uses of lit-html. */
const litHtml = ['lit-html.js', 'directive.js', 'directive-helpers.js', 'directives/repeat.js'];

/** Paths that the page itself shows. */
const shown = /^\/(?:|sign-in|devices|alerts\/[^/]{1,200}\/[^/]{1,200})$/;

export async function loadPages(): Promise<Pages> {
  const assets = new Map<string, Asset>();
  const directory = join(import.meta.dirname, '..', '..', 'console');
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || types[extname(entry.name)] === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    assets.set(`/console${file.slice(directory.length).replaceAll('\\', '/')}`, await load(file));
  }
  const manifest = findPackageJSON('lit-html', import.meta.url);
  if (manifest === undefined) throw new Error('lit-html is not installed');
  for (const name of litHtml) assets.set(`/lit-html/${name}`, await load(join(dirname(manifest), name)));
  const index = assets.get('/console/index.html');
  if (!index) throw new Error(`${directory} has no index.html`);
  return { index, assets, policy: policy(index.body) };
}

export function servePage(context: Context, pages: Pages): Response | Promise<Response> {
  const asset = shown.test(context.req.path) ? pages.index : pages.assets.get(context.req.path);
  if (!asset) return context.notFound();
  context.header('content-security-policy', pages.policy);
  context.header('cache-control', 'no-cache');
  context.header('etag', asset.etag);
  if (context.req.header('if-none-match') === asset.etag) return context.body(null, 304);
  return context.body(asset.body, 200, { 'content-type': asset.type });
}

async function load(file: string): Promise<Asset> {
  const source = await readFile(file, 'utf8');
  const extension = extname(file);
  const body = extension === '.ts' ? stripTypeScriptTypes(source) : source;
  return { body, type: types[extension] ?? 'text/plain', etag: `"${digest(body)}"` };
}

/** No inline script but the import map, no inline style, nothing from elsewhere; only lit-html may write HTML. */
function policy(html: string): string {
  const map = /<script type="importmap">([^]*?)<\/script>/.exec(html)?.[1] ?? '';
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${digest(map)}'`,
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html',
  ].join('; ');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
