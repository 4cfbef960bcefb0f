"""Winters' formula (Albert, Dell and Winters, Ann Intern Med 1967;66:312-322), in its rounded bedside form:
expected pCO2 [mm Hg] = 1.5 x bicarbonate [mmol/L] + 8, plus or minus 2."""

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
    text,
)

PAPER = citation(
    id="albert-1967",
    title="Quantitative displacement of acid-base equilibrium in metabolic acidosis",
    publisher="Annals of Internal Medicine",
    authors=["Albert MS", "Dell RB", "Winters RW"],
    published="1967",
    doi="10.7326/0003-4819-66-2-312",
    url="https://doi.org/10.7326/0003-4819-66-2-312",
)

MARGIN = 2


class Winters(Calculator):
    id = "winters"
    title = "Expected pCO2 in metabolic acidosis (Winters)"
    summary = "The carbon dioxide to expect when breathing compensates a metabolic acidosis."
    population = (
        "Metabolic acidosis without another disorder of breathing; derived in 60 untreated patients. "
        "Not for metabolic alkalosis."
    )
    parameters = [
        ask_quantity(
            "bicarbonate",
            "Bicarbonate",
            unit="mmol/L",
            minimum=1,
            maximum=24,
            codings=[coding(LOINC, "1963-8", "Bicarbonate [Moles/volume] in Serum or Plasma")],
        ),
        ask_quantity(
            "pco2",
            "Measured pCO2",
            unit="mm[Hg]",
            also_accepts=["kPa"],
            minimum=5,
            maximum=150,
            help="If it is known, it is compared with what is expected.",
            required=False,
            codings=[coding(LOINC, "2019-8", "Carbon dioxide [Partial pressure] in Arterial blood")],
        ),
    ]
    citations = [PAPER]
    examples = [
        (
            {"bicarbonate": quantity(12, "mmol/L")},
            {"expected-pco2": quantity(26, "mm[Hg]")},
            "1.5 x 12 + 8, worked by hand",
        ),
        (
            {"bicarbonate": quantity(14, "mmol/L"), "pco2": quantity(20, "mm[Hg]")},
            {"expected-pco2": quantity(29, "mm[Hg]"), "compensation": text("lower than expected")},
            "1.5 x 14 + 8 = 29, 20 is below 27; worked by hand",
        ),
    ]

    def compute(self, inputs):
        bicarbonate = inputs.quantity("bicarbonate")
        expected = 1.5 * bicarbonate + 8
        low, high = expected - MARGIN, expected + MARGIN
        findings = [
            finding(
                "expected-pco2",
                "Expected pCO2",
                quantity(round(expected, 1), "mm[Hg]"),
                interpretation=f"{low:g} to {high:g} mmHg",
                cites=[PAPER.id],
            )
        ]
        if inputs.has("pco2"):
            findings.append(compared(inputs.quantity("pco2"), low, high))
        return outcome(
            findings=findings,
            steps=[
                step("Formula", "1.5 x bicarbonate + 8, plus or minus 2"),
                step("Numbers", f"1.5 x {bicarbonate:g} + 8 = {expected:g}"),
            ],
        )


def compared(measured, low, high):
    if measured > high:
        words, meaning = "higher than expected", "Suggests a respiratory acidosis besides."
    elif measured < low:
        words, meaning = "lower than expected", "Suggests a respiratory alkalosis besides."
    else:
        words, meaning = "as expected", "Breathing compensates the acidosis."
    severity = "info" if words == "as expected" else "moderate"
    return finding("compensation", "Measured pCO2", text(words), meaning, severity, [PAPER.id])


class Calculators(offer(Winters())):
    pass
