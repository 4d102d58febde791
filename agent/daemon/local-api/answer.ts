// How the local API reads a request and writes an answer: JSON, bounded both ways.
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as v from 'valibot';
import type { LocalError } from '../../../schema/local.ts';

const MAX_BODY = 64 * 1024;

/** An answer other than success. `code` is stable. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  const text = `${typeof body === 'string' ? body : JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

export function sendRefusal(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  const refusal =
    error instanceof Refusal ? error : new Refusal(500, 'E_INTERNAL', 'the agent failed; see its log');
  const { status, code, message } = refusal;
  sendJson(response, { code, message: message.slice(0, 1000) } satisfies LocalError, status);
}

/** The request's body as `schema` has it. Rejects with `Refusal`. */
export async function readBody<S extends v.GenericSchema>(
  request: IncomingMessage,
  schema: S,
): Promise<v.InferOutput<S>> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY) throw new Refusal(413, 'E_TOO_LARGE', `a request has at most ${MAX_BODY} bytes`);
    chunks.push(chunk);
  }
  const found = v.safeParse(schema, parse(Buffer.concat(chunks).toString('utf8')));
  if (!found.success) throw new Refusal(400, 'E_BAD_REQUEST', v.summarize(found.issues));
  return found.output;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'E_BAD_REQUEST', 'the body is no JSON');
  }
}
