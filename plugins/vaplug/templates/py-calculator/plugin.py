"""Replace this calculator by your own: the declaration, the formula, the worked examples."""

from voiceassist import (
    LOINC,
    Calculator,
    ask_quantity,
    citation,
    coding,
    finding,
    offer,
    outcome,
    quantity,
    step,
)

KEYS = citation(
    id="keys-1972",
    title="Indices of relative weight and obesity",
    publisher="Journal of Chronic Diseases",
    authors=["Keys A", "Fidanza F", "Karvonen MJ", "Kimura N", "Taylor HL"],
    published="1972",
    doi="10.1016/0021-9681(72)90027-6",
    pmid="4650929",
)


class BodyMassIndex(Calculator):
    id = "{{name}}"
    title = "{{title}}"
    summary = "Weight divided by the square of height."
    population = "Adults. Not for children, in pregnancy, or with oedema or very unusual muscle mass."
    parameters = [
        ask_quantity(
            "weight",
            "Weight",
            unit="kg",
            also_accepts=["[lb_av]"],
            minimum=25,
            maximum=350,
            codings=[coding(LOINC, "29463-7", "Body weight")],
        ),
        ask_quantity(
            "height",
            "Height",
            unit="m",
            also_accepts=["cm", "[in_i]"],
            minimum=1,
            maximum=2.5,
            codings=[coding(LOINC, "8302-2", "Body height")],
        ),
    ]
    citations = [KEYS]
    # Each is run by `vaplug test` and again by the host; one that fails refuses the plugin.
    examples = [
        (
            {"weight": quantity(70, "kg"), "height": quantity(1.75, "m")},
            {"body-mass-index": quantity(22.9, "kg/m2")},
            "70 / (1.75 x 1.75) = 22.857, worked by hand",
        )
    ]

    def compute(self, inputs):
        weight = inputs.quantity("weight")
        height = inputs.quantity("height")
        index = weight / (height * height)
        return outcome(
            findings=[
                finding(
                    "body-mass-index", "Body mass index", quantity(round(index, 1), "kg/m2"), cites=[KEYS.id]
                )
            ],
            steps=[
                step("Formula", "weight / height squared"),
                step("Numbers", f"{weight:g} / ({height:g} x {height:g})"),
            ],
        )


class Calculators(offer(BodyMassIndex())):
    pass
