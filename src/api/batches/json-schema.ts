type Schema = Record<string, unknown>;
/** A JSON type a value may have; `any` where the schema does not say. */
export type Kind = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object' | 'null' | 'any';

const KINDS: readonly string[] = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'];
const MAX_REFERENCES = 20;

/** The kinds a value at `path` may have by a JSON Schema; null when the schema has no such place. */
export function kindsAt(root: Schema, path: readonly string[]): Set<Kind> | null {
  let here = alternatives(root, root);
  for (const name of path) {
    here = here.flatMap((schema) => below(schema, name)).flatMap((schema) => alternatives(root, schema));
    if (here.length === 0) return null;
  }
  return new Set(here.flatMap(kindsOf));
}

/** Names of the fields an object must have, and of all it may have. */
export function fieldsOf(root: Schema): { required: string[]; known: string[] } {
  const here = alternatives(root, root);
  const required = here.flatMap(({ required }) => (Array.isArray(required) ? required.map(String) : []));
  const known = here.flatMap(({ properties }) => (isSchema(properties) ? Object.keys(properties) : []));
  return { required, known };
}

/** A schema and everything it may stand for: its references and its `anyOf`s, resolved. */
function alternatives(root: Schema, schema: unknown, depth = 0): Schema[] {
  if (schema === true) return [{}];
  if (!isSchema(schema) || depth > MAX_REFERENCES) return [];
  const next = (one: unknown) => alternatives(root, one, depth + 1);
  const { $ref } = schema;
  if (typeof $ref === 'string') return next(resolve(root, $ref));
  const parts = [schema.anyOf, schema.oneOf, schema.allOf].filter(Array.isArray).flat();
  return parts.length === 0 ? [schema] : [...('properties' in schema ? [schema] : []), ...parts.flatMap(next)];
}

function resolve(root: Schema, ref: string): unknown {
  const parts = ref.replace(/^#\/?/, '').split('/').filter(Boolean);
  const unescaped = parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return unescaped.reduce<unknown>((at, name) => (isSchema(at) ? at[name] : undefined), root);
}

function below({ properties, additionalProperties, items, type }: Schema, name: string): unknown[] {
  if (isSchema(properties) && Object.hasOwn(properties, name)) return [properties[name]];
  if (items !== undefined && /^\d{1,3}$/.test(name)) return [items];
  if (additionalProperties === true || isSchema(additionalProperties)) return [additionalProperties];
  // A schema that says nothing allows everything below it.
  return type === undefined && properties === undefined && additionalProperties === undefined ? [true] : [];
}

function kindsOf(schema: Schema): Kind[] {
  const { type } = schema;
  const named = (Array.isArray(type) ? type : [type]).filter((one): one is Kind => KINDS.includes(String(one)));
  if (named.length > 0) return named;
  const values = 'const' in schema ? [schema.const] : Array.isArray(schema.enum) ? schema.enum : [];
  return values.length === 0 ? ['any'] : values.map(kindOfValue);
}

function kindOfValue(value: unknown): Kind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  const type = typeof value;
  return type === 'string' || type === 'number' || type === 'boolean' ? type : 'object';
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
