"""Short constructors for what a calculator declares and returns. Yours to read and to change."""

from componentize_py_types import Err
from wit_world import exports
from wit_world.exports import calculators as wit
from wit_world.imports import types

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"


# Values: what a finding holds, and what an example gives and expects.
def quantity(value, unit):
    return wit.Value_Quantity(types.Quantity(float(value), unit))


def integer(value):
    return wit.Value_Integer(value)


def boolean(value):
    return wit.Value_Boolean(value)


def choice(option):
    return wit.Value_Choice(option)


def date(text):
    return wit.Value_Date(text)


def text(words):
    return wit.Value_Text(words)


def coding(system, code, display=None):
    return types.Coding(system, code, display)


# Inputs. Each needs a name (lower-kebab) and a label.
def ask_quantity(
    name, label, unit, also_accepts=(), minimum=None, maximum=None, molar_mass=None, help=None, required=True, codings=()
):
    """`unit` is what `compute` receives; people may also enter one of `also_accepts`. A value outside `minimum` to
    `maximum` is questioned, never computed. `molar_mass` (g/mol) lets mg/dL and mmol/L be converted."""
    domain = wit.QuantityDomain(unit, list(also_accepts), _float(minimum), _float(maximum), _float(molar_mass))
    return wit.Parameter(name, label, help, required, wit.Domain_Quantity(domain), list(codings))


def ask_integer(name, label, minimum=None, maximum=None, help=None, required=True, codings=()):
    domain = wit.Domain_Integer(wit.IntegerDomain(minimum, maximum))
    return wit.Parameter(name, label, help, required, domain, list(codings))


def ask_choice(name, label, options, help=None, required=True, codings=()):
    """`options`: pairs of id and label."""
    domain = wit.Domain_Choice([wit.Choice(id, shown, []) for id, shown in options])
    return wit.Parameter(name, label, help, required, domain, list(codings))


def ask_boolean(name, label, help=None, required=False, codings=()):
    """A history item: one that nobody mentioned counts as "no", and is shown so."""
    return wit.Parameter(name, label, help, required, wit.Domain_Boolean(), list(codings))


def ask_date(name, label, help=None, required=True, codings=()):
    return wit.Parameter(name, label, help, required, wit.Domain_Date(), list(codings))


def citation(id, title, publisher=None, authors=(), published=None, doi=None, pmid=None, url=None, locator=None):
    """Where a formula comes from. `id` is what `cites` refers to."""
    if url is None and pmid is not None:
        url = f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"
    return types.Citation(id, title, publisher, list(authors), published, url, doi, pmid, locator, None)


def finding(name, label, value, interpretation=None, severity="info", cites=()):
    """`severity`: info, low, moderate, high or critical."""
    return wit.Finding(name, label, value, interpretation, types.Severity[severity.upper()], list(cites))


def step(label, detail):
    return wit.Step(label, detail)


def outcome(findings, warnings=(), steps=()):
    return wit.Outcome(list(findings), list(warnings), list(steps))


def refuse(message, kind="invalid-input"):
    """Ends the call with a refusal. `kind`: invalid-input, not-found, auth-required, denied, conflict, rate-limited,
    unavailable, unsupported or internal."""
    raise Err(types.Error(types.ErrorKind[kind.upper().replace("-", "_")], None, message, None))


class Inputs:
    """The arguments by name. The host has converted units and checked ranges already."""

    def __init__(self, arguments):
        self._values = {argument.name: argument.value for argument in arguments}

    def has(self, name):
        return name in self._values

    def _take(self, name, kind, words):
        value = self._values.get(name)
        if not isinstance(value, kind):
            refuse(f"{name} must be {words}")
        return value.value

    def quantity(self, name):
        """A number in the parameter's own unit."""
        return self._take(name, wit.Value_Quantity, "a quantity").value

    def integer(self, name):
        return self._take(name, wit.Value_Integer, "a whole number")

    def boolean(self, name):
        return self._take(name, wit.Value_Boolean, "yes or no")

    def choice(self, name):
        return self._take(name, wit.Value_Choice, "one of its options")

    def date(self, name):
        return self._take(name, wit.Value_Date, "a date")


class Calculator:
    """Subclass it: set the fields, write `compute`, list `examples`."""

    id = ""
    version = "1.0.0"
    title = ""
    summary = ""
    population = ""
    parameters = []
    citations = []
    # Each: (arguments, expected, source), or with a relative tolerance as a fourth.
    examples = []

    def compute(self, inputs):
        raise NotImplementedError


def offer(*all):
    """What the plugin exports: `class Calculators(offer(Mine())): pass`."""

    class Offered(exports.Calculators):
        def calculators(self, language):
            return [
                wit.CalculatorInfo(
                    one.id, one.version, one.title, one.summary, one.population, list(one.parameters), list(one.citations)
                )
                for one in all
            ]

        def examples(self):
            return [_example(one, *example) for one in all for example in one.examples]

        def compute(self, calculator, arguments, language):
            for one in all:
                if one.id == calculator:
                    return one.compute(Inputs(arguments))
            refuse(f"this plugin has no calculator {calculator}", "not-found")

    return Offered


def _example(one, arguments, expected, source, tolerance=0.0):
    first = one.citations[0]
    cited = types.Citation(
        first.id,
        first.title,
        first.publisher,
        first.authors,
        first.published,
        first.url,
        first.doi,
        first.pmid,
        source,
        first.license,
    )
    return wit.Example(one.id, _list(arguments), _list(expected), tolerance, cited)


def _list(values):
    return [wit.Argument(name, value) for name, value in values.items()]


def _float(number):
    return None if number is None else float(number)
