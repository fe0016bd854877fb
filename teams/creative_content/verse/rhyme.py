"""Do two words rhyme? An approximation by spelling, since the free pronouncing dictionaries can't be shipped here.

English: the end of a word, from its last vowel on, is brought into a rough spelling by sound (`eight` and `late` both
end in `At`), with a table of common words that go their own way. Two words rhyme if these ends are the same, or differ
by what poets let pass (an s, a voiced for an unvoiced sound). Other alphabets: the last vowel and all after it are the
same letters, accents aside. `tests/teams/creative_content/test_verse.py` holds it against verse by people.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

# End by sound, then words that have it although their spelling says otherwise. Capital vowels are long.
_OWN = """
uv love dove above glove shove of | un one done none son won sun gun begun once front month undone someone everyone
ud blood flood mud | um come some become income welcome from | Id eyed tide lied | Iz eyes skies lies cries dies ties
Oz goes knows shows woes toes rose | Uz shoes whose lose choose news views blues use | ed said head dead bread instead
lead spread thread fled | eth death breath | ent meant sent | ez says | Ak break ache steak wake | At great straight
Ar where there their air hair care share bear wear tear pear swear prayer heir stare bare square fair chair
Er here hear near fear year dear clear ear tear beer appear sphere pier mere | urd word bird heard third stirred herd
ur her sir stir were fur blur prefer offer | urn learn turn burn return | urth earth birth worth | urk work clerk
urld world curled hurled unfurled | urst first worst burst thirst cursed | Orm warm form storm swarm
Or door floor four more poor war sore shore before for or nor oar roar pour your core wore
Ord board word ford lord sword toward roared hoard | Ort court short port sort thought
art heart part start | arth hearth | ood could would should wood good stood hood understood | ook look book took
oosh push bush | ool full wool pull | oot put foot
U through blue too do who you two true shoe flew knew grew view new few drew threw queue into anew
Un moon soon tune June | Ud food mood rude | Um tomb room womb whom bloom doom | Up soup stoop hoop | Ut suit root fruit
Ul school rule fool cool tool | Uth youth truth tooth | Uv move prove groove approve
O know toe though sew so go no show low slow snow grow blow owe ago below | Om comb home roam foam
Ol soul whole coal hole roll control toll goal bowl old | Old cold told hold bold rolled gold
Ost ghost most post coast lost | Oth both oath | On bone alone stone known own shown grown loan
ow bough now how cow brow plough allow vow | ownd found round ground wound sound drowned crowned
ot thought caught taught bought brought ought fought | of off cough trough | uf enough rough stuff tough
I buy sky eye high lie by my die cry why I sigh nigh goodbye reply | It night light height white bite write quite
Im climb time rhyme | In sign line mine wine divine | Ind find mind kind signed lined behind | Ild child wild mild
Il island aisle | E sea key be he she we me tea free three tree knee see
An reign rain plane again lane vein | A they weigh day say way grey obey | Ast waste chaste haste placed
en again been then men friend | ont want font | on gone on upon swan | osh wash | och watch
or war | Az days praise ways raise phrase always gaze blaze | ung tongue young hung sung among | end friend end tend
ar are far star bar car | oom tomb doom room gloom
el tell bell | Iv alive five | Av have gave wave grave brave | iv give live forgive
"""
_OWN_ENDS: dict[str, set[str]] = {}
for _row in re.split(r"\||\n", _OWN):
    if _parts := _row.split():
        for _one in _parts[1:]:
            _OWN_ENDS.setdefault(_one.lower(), set()).add(_parts[0])
del _row, _parts, _one

_SOUNDS = (
    (r"ei?gh?t$|aight$|ate$|ait$", "At"),
    (r"ight$|ite$|yte$|eight$", "It"),
    (r"(?:ought|aught)$", "ot"),
    (r"igh$|[iy]e$|(?<=[^aeiou])y$", "I"),
    (r"eigh$|a[iy]$|ey$", "A"),
    (r"o[uw]nd$", "ownd"),
    (r"(?:o|oe|ough|ow)$", "O"),
    (r"(?:ee|ea|ie|e)$", "E"),
    (r"(?:ew|ue|oo|ou)$", "U"),
    (r"(?:ai[sz]e?|ays|a[sz]e)$", "Az"),
    (r"(?:e[sz]t|ess'?d|essed|east)$", "est"),
    (r"tion$|sion$|cian$", "shun"),
    (r"ture$", "cher"),
    (r"(?:ough|uff)$", "uf"),
)
_LONG = {"a": "A", "e": "E", "i": "I", "o": "O", "u": "U", "y": "I"}
_PAIRS = (
    ("ai", "A"), ("ay", "A"), ("ei", "A"), ("ea", "E"), ("ee", "E"), ("ie", "E"), ("oa", "O"), ("oe", "O"),
    ("oo", "U"), ("ue", "U"), ("ui", "U"), ("ou", "ow"), ("ow", "ow"), ("oi", "oy"), ("oy", "oy"),
    ("au", "o"), ("aw", "o"),
)  # fmt: skip
_CODA = (("ck", "k"), ("ph", "f"), ("gh", ""), ("mb", "m"), ("mn", "m"), ("dge", "j"), ("tch", "ch"), ("wn", "n"))


def rhymes(one: str, other: str, tag: str = "en") -> bool:
    """Say whether two lines (or words) rhyme, by their last words; a word rhymes with itself."""
    first, second = _last(one), _last(other)
    if not first or not second:
        return False
    if first == second:
        return True
    if tag and tag.split("-")[0] != "en":
        return _end(first) == _end(second)
    ours, theirs = _sounds(first), _sounds(second)
    if ours & theirs:
        return True
    if first in _OWN_ENDS and second in _OWN_ENDS:
        return False  # their sounds are known; "cough" and "bough" only look alike
    if _end(first) == _end(second) and len(_end(first)) > 1:
        return True
    return bool({_near(sound) for sound in ours} & {_near(sound) for sound in theirs})


def _last(line: str) -> str:
    words = _WORD.findall(line)
    return words[-1].lower().replace("’", "'") if words else ""


def _end(word: str) -> str:
    """The last vowel group and what follows it, accents aside; a silent e at the end is no vowel."""
    flat = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    match = re.search(r"[aeiouyаеёиоуыэюяαεηιουω]+[^aeiouyаеёиоуыэюяαεηιουω]*(?:e?)$", flat)
    return match.group() if match else flat[-2:]


@cache
def _sounds(word: str) -> frozenset[str]:
    """Ways a word may end, by sound."""
    found = set(_OWN_ENDS.get(word, ()))
    bare = word.replace("'", "")
    for ending, added in (("s", "z"), ("ed", "d"), ("d", "d")):
        if bare.endswith(ending):
            found |= {f"{sound}{added}" for sound in _OWN_ENDS.get(bare[: -len(ending)], ())}
    return frozenset(found or {_spelled(bare)})


def _spelled(word: str) -> str:
    for pattern, sound in _SOUNDS:
        match = re.search(pattern, word)
        if match and (match.start() or pattern.startswith("(?<=")):
            return sound
    match = re.search(r"([aeiouy]+)([^aeiouy]+)(e|ed|es)?$", word)
    if not match:
        return word[-2:]
    vowels, coda, tail = match.groups()
    for spelling, sound in _CODA:
        coda = coda.replace(spelling, sound)
    sound = next((s for pair, s in _PAIRS if vowels.endswith(pair)), "")
    if not sound:
        is_long = tail and len(coda) == 1
        sound = _LONG.get(vowels[-1], vowels[-1]) if is_long else vowels[-1].replace("y", "i")
    if coda == "r" and sound in "eiu":
        sound = "u"
    return sound + re.sub(r"(.)\1", r"\1", coda) + {"ed": "d", "es": "z"}.get(tail or "", "")


def _near(sound: str) -> str:
    """What poets let pass: s and z, a final n or ng, o before r."""
    return re.sub(r"ng$", "n", sound.replace("z", "s").replace("Or", "or").replace("c", "s"))
