// A pipeline is data: which events are of which log source, and where Sigma's fields stand in them.
import type { EngineEvent, EventSource, FieldValue } from '../engine/event.ts';
import { parseTime } from './flat.ts';
import { type Accessor, compileFlatPath, compilePath, leaf } from './path.ts';

export interface PipelineKind {
  /** Path → values of which one must stand there; all paths must hold. Case does not matter. */
  readonly when: Readonly<Record<string, readonly (string | number)[]>>;
  readonly category?: string;
  readonly service?: string;
  /** Sigma's field → path in the event, or paths of which the first that is there counts. */
  readonly fields: Readonly<Record<string, string | readonly string[]>>;
}

export interface Pipeline {
  readonly name: string;
  /** Where the time stands. */
  readonly time: readonly string[];
  /** Path of the platform, and what its values mean. */
  readonly product?: { readonly path: string; readonly values: Readonly<Record<string, string>> };
  /** The first kind that fits is the event's. */
  readonly kinds: readonly PipelineKind[];
}

interface CompiledKind {
  readonly conditions: readonly (readonly [Accessor, ReadonlySet<string>])[];
  readonly kind: PipelineKind;
  readonly fields: ReadonlyMap<string, readonly Accessor[]>;
}

/** Turns objects into events of the engine. */
export function compilePipeline(pipeline: Pipeline): (source: object) => PipelineEvent {
  const kinds = pipeline.kinds.map(compileKind);
  const times = pipeline.time.map(compileFlatPath);
  const product = pipeline.product && {
    read: compileFlatPath(pipeline.product.path),
    values: new Map(Object.entries(pipeline.product.values)),
  };
  return (source) => {
    const compiled = kinds.find(({ conditions }) =>
      conditions.every(([read, values]) => fits(read(source), values)),
    );
    const platform = product?.values.get(String(product.read(source)).toLowerCase());
    const time = times.map((read) => parseTime(read(source))).find((found) => found !== undefined) ?? 0;
    const { category, service } = compiled?.kind ?? {};
    return new PipelineEvent(source, compiled?.fields ?? new Map(), time, {
      product: platform ?? '*',
      ...(category === undefined ? {} : { category }),
      ...(service === undefined ? {} : { service }),
    });
  };
}

function compileKind(kind: PipelineKind): CompiledKind {
  return {
    kind,
    conditions: Object.entries(kind.when).map(([path, values]) => [
      compileFlatPath(path),
      new Set(values.map((value) => String(value).toLowerCase())),
    ]),
    fields: new Map(
      Object.entries(kind.fields).map(([name, paths]) => [
        name,
        (typeof paths === 'string' ? [paths] : paths).map(compileFlatPath),
      ]),
    ),
  };
}

function fits(value: FieldValue | undefined, values: ReadonlySet<string>): boolean {
  if (value === undefined || value === null) return false;
  return typeof value === 'object'
    ? value.some((one) => fits(one, values))
    : values.has(String(value).toLowerCase());
}

export class PipelineEvent implements EngineEvent {
  readonly time: number;
  readonly source: EventSource;
  readonly #source: object;
  readonly #fields: ReadonlyMap<string, readonly Accessor[]>;

  constructor(
    source: object,
    fields: ReadonlyMap<string, readonly Accessor[]>,
    time: number,
    from: EventSource,
  ) {
    this.time = time;
    this.source = from;
    this.#source = source;
    this.#fields = fields;
  }

  /** A field that the pipeline does not know is looked up as it is named. */
  field(name: string): FieldValue | undefined {
    for (const read of this.#fields.get(name) ?? []) {
      const value = read(this.#source);
      if (value !== undefined) return value;
    }
    if (Object.hasOwn(this.#source, name)) return leaf((this.#source as Record<string, unknown>)[name]);
    return name.includes('.') ? compilePath(name)(this.#source) : undefined;
  }

  values(): Iterable<FieldValue> {
    const all = leaf(this.#source);
    return Array.isArray(all) ? all : [];
  }
}
