// Short constructors for what a calculator declares and returns. Yours to read and to change.

export const LOINC = 'http://loinc.org';
export const SNOMED = 'http://snomed.info/sct';

// Values: what a finding holds, and what an example gives and expects.
export const quantity = (value, unit) => ({ tag: 'quantity', val: { value, unit } });
export const integer = (value) => ({ tag: 'integer', val: value });
export const boolean = (value) => ({ tag: 'boolean', val: value });
export const choice = (id) => ({ tag: 'choice', val: id });
export const date = (text) => ({ tag: 'date', val: text });
export const text = (words) => ({ tag: 'text', val: words });

export const coding = (system, code, display = null) => ({ system, code, display });

const parameter = (given, domain) => ({
  name: given.name,
  label: given.label,
  help: given.help ?? null,
  required: given.required ?? true,
  domain,
  codings: given.codings ?? [],
});

// Inputs. Each needs `name` (lower-kebab) and `label`; `help` and `codings` are welcome.
export const ask = {
  // `unit` is what `compute` receives; people may also enter one of `alsoAccepts`. A value outside `minimum`
  // to `maximum` is questioned, never computed. `molarMass` (g/mol) lets mg/dL and mmol/L be converted.
  quantity: (given) =>
    parameter(given, {
      tag: 'quantity',
      val: {
        unit: given.unit,
        alsoAccepts: given.alsoAccepts ?? [],
        minimum: given.minimum ?? null,
        maximum: given.maximum ?? null,
        molarMass: given.molarMass ?? null,
      },
    }),
  integer: (given) =>
    parameter(given, { tag: 'integer', val: { minimum: given.minimum ?? null, maximum: given.maximum ?? null } }),
  // `options`: [{ id, label }].
  choice: (given) =>
    parameter(given, { tag: 'choice', val: given.options.map((option) => ({ codings: [], ...option })) }),
  // A history item: one that nobody mentioned counts as "no", and is shown so.
  boolean: (given) => parameter({ required: false, ...given }, { tag: 'boolean' }),
  date: (given) => parameter(given, { tag: 'date' }),
};

// Where a formula comes from. `id` is what `cites` refers to.
export const citation = (given) => ({
  id: given.id,
  title: given.title,
  publisher: given.publisher ?? null,
  authors: given.authors ?? [],
  published: given.published ?? null,
  url: given.url ?? (given.pmid ? `https://pubmed.ncbi.nlm.nih.gov/${given.pmid}/` : null),
  doi: given.doi ?? null,
  pmid: given.pmid ?? null,
  locator: given.locator ?? null,
  license: given.license ?? null,
});

// `severity`: info, low, moderate, high or critical.
export const finding = (given) => ({
  name: given.name,
  label: given.label,
  value: given.value,
  interpretation: given.interpretation ?? null,
  severity: given.severity ?? 'info',
  cites: given.cites ?? [],
});

export const step = (label, detail) => ({ label, detail });

// Ends the call with a refusal. `kind`: invalid-input, not-found, auth-required, denied, conflict, rate-limited,
// unavailable, unsupported or internal.
export function refuse(message, kind = 'invalid-input', more = {}) {
  throw { kind, code: more.code ?? null, message, retryAfterMs: more.retryAfterMs ?? null };
}

// The arguments by name. The host has converted units and checked ranges already.
class Inputs {
  constructor(list) {
    this.values = new Map(list.map(({ name, value }) => [name, value]));
  }

  has(name) {
    return this.values.has(name);
  }

  take(name, tag) {
    const value = this.values.get(name);
    if (value?.tag !== tag) refuse(`${name} must be a ${tag}`);
    return value.val;
  }

  // A number in the parameter's own unit.
  quantity(name) {
    return this.take(name, 'quantity').value;
  }

  integer(name) {
    return this.take(name, 'integer');
  }

  boolean(name) {
    return this.take(name, 'boolean');
  }

  choice(name) {
    return this.take(name, 'choice');
  }

  date(name) {
    return this.take(name, 'date');
  }
}

const list = (values) => Object.entries(values).map(([name, value]) => ({ name, value }));

// What the plugin exports, from calculators that each hold their declaration, `compute` and `examples`.
export const offer = (all) => ({
  calculators: () =>
    all.map(({ id, version, title, summary, population, parameters, citations }) => ({
      id,
      version,
      title,
      summary,
      population,
      parameters,
      citations,
    })),
  examples: () =>
    all.flatMap((one) =>
      one.examples.map((example) => ({
        calculator: one.id,
        arguments: list(example.arguments),
        expected: list(example.expected),
        tolerance: example.tolerance ?? 0,
        source: { ...one.citations[0], locator: example.source },
      })),
    ),
  compute(id, given) {
    const one = all.find((calculator) => calculator.id === id);
    if (!one) refuse(`this plugin has no calculator ${id}`, 'not-found');
    const { findings, warnings = [], steps = [] } = one.compute(new Inputs(given));
    return { findings, warnings, steps };
  },
});
