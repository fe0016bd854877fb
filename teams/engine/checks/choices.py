"""Which option an answer chooses, and whether it says yes or no, however it is put."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from teams.engine.checks.known import plain
from teams.engine.checks.phrases import words
from teams.engine.checks.reversals import closing_label, taken_back, wording

_IS = (
    r"(?:is|are|was|be|lautet|ist|wäre|est|serait|es|sería|è|sarebbe|é|seria|luidt|:|=|：|是|为|為|は|→|->|[–—]|это|будет"
    r"|является|은|는|هي|هو)"
)
_OPEN = r"[\s*_\"'“‘«(\[{$\\`（「]{0,6}"
"""Bounded, as every run of marks here: two of them in a row would look at a long one in every way to divide it."""
_LABEL = (
    r"(?:(?:la|il|el|die|le|the|de)\s)?(?:boxed\{|text\{|option|choice|answer|letter|antwort|réponse|opción|respuesta|opzione"
    r"|risposta|opção|alternativa|resposta|optie|antwoord|选项|選項|選択肢|вариант(?:\sответа)?"
    r"|ответ|선택지|보기|الخيار|الإجابة|الحرف|(?<=la )|(?<=il )|(?<=el )|(?<=de ))"
)
_AFTER = (
    r"(?=[)\]}*_.,:;!?\"'”’»`）」。，、،؛؟]|\s*$|\s*\n|(?=[\u2e80-\u9fff가-힣])"
    r"(?!\s?(?:では|じゃ|不|(?:번)?[이가은는]? ?(?:아니|아닙|틀|맞지)))"
    r"|\s(?:because|since|as|and|for|which|but|not|–|—|-|\(|weil"
    r"|denn|da|car|parce|porque|ya|perché|poiché|pois|omdat|want|потому|так|поскольку|и|لأن|لأنه|لأنها|حيث)(?!\w))"
)
_RIGHT = (
    r"(?:correct|right|the best|best|true|accurate|richtig|korrekt|die richtige|correcte?|juste|la bonne|correct[ao]|la respuesta|corrett[oa]"  # noqa: E501
    r"|giust[oa]|la risposta|corret[oa]|a resposta|juist|het juiste|the answer"
    r"|my (?:answer|choice)|the (?:correct|right|only)|die antwort|la réponse|正确|正確|正解"
    r"|правильн\w+|верн\w+|верен|صحيحة?|الصحيحة?|صائبة?|الصواب)"
)
_DOUBT = re.compile(
    r"(?<!\w)(?:might|may|could|(?<!i )would|many|some|people|seems?|tempting|tempted|at first|appears?|if|think|thought|assum\w+|not|n['’]t|never"  # noqa: E501
    r"|neither|unlikely|könnte|scheint|nicht|wenn|falls|pourrait|semble|pas|si|podría|parece|no|potrebbe"
    r"|sembra|non|poderia|não|lijkt|niet|incorrect|wrong|не|неверн\w+|если|кажется|казал\w+|может|мог\w*|бы|ليست?|لا|قد|ربما|إذا|لو"
    r"|غير|يبدو)(?!\w)|n['’]t(?!\w)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?。！？؟])\s+|(?<=[。！？])|\n+")
_PRINTED = str.maketrans(
    "ＡＢＣＤＥＦＧＨＩＪａｂｃｄｅｆｇｈｉｊ１２３４５６７８９０（）［］：．",
    "ABCDEFGHIJabcdefghij1234567890()[]:.",
    "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff",
)
"""Wide letters of Chinese and Japanese print as plain ones; marks of direction around a label in Arabic as nothing."""
_LOOKALIKE = str.maketrans("АВСЕНасе", "ABCEHace")
_CYRILLIC = re.compile(r"(?<![^\W_])[АВСЕНасе](?=[)\].:*_»]|\s*$|\s[–—])", re.MULTILINE)
_WORD = r"[^\W가-힣぀-鿿]"
"""A letter that makes one word with its neighbour, as particles of Korean and Japanese behind a label do not."""
_WEAK = r"(?:option|opción|opzione|opção|optie|alternativa|choix|choice|elección|scelta|keuze)"
"""Names any option: "option B" chooses B only where nothing is said of it."""


def choice_in(answer: str, letters: str, texts: Mapping[str, str] | None = None) -> str | None:
    """Return the letter an answer chooses, None where it names none, or two, as the answer.

    `letters` are the ones on offer (`ABCD`, `1234`), `texts` the options' words by letter. Read are "C", "(c)",
    "**C**", "C) Paris", "C, because", "Answer: C", "C is correct", a boxed C, and the option's words alone or after
    "the answer is", in the languages of the tables. What is discussed is not chosen: "B is tempting", "the answer might
    be B", "A is wrong". A letter that comes with another option's words is two answers, and so is a choice that is
    taken back later: "on reflection, C is better".
    """
    texts = texts or {}
    answer = as_printed(answer).strip()
    for look in (_alone, _announced, _last_line, _marked, _leading, _in_words):
        found = look(answer, letters, texts)
        if found:
            chosen = found.pop()
            return None if found or _is_taken_back(answer, chosen, letters, texts) else chosen
    return None


def as_printed(answer: str) -> str:
    """Return an answer with its labels in plain Latin letters, whatever letters of their look it has in their place."""
    plainly = answer.translate(_PRINTED)
    # A Cyrillic В that stands where a label stands; as a word of its own ("in") it has a word behind it.
    return _CYRILLIC.sub(lambda match: match.group().translate(_LOOKALIKE), plainly)


def sentences_of(answer: str) -> list[str]:
    """Return the sentences and lines of an answer."""
    return [sentence for sentence in _SENTENCE.split(answer) if sentence.strip()]


def named_in(piece: str, letters: str) -> set[str]:
    """Return the labels that a piece of running words speaks of, in capitals."""
    return {match[1].upper() for match in _labels_named(letters).finditer(piece)}


def _is_taken_back(answer: str, chosen: str, letters: str, texts: Mapping[str, str]) -> bool:
    sentences = sentences_of(answer)

    def named(piece: str) -> set[str]:
        return named_in(piece, letters) | _texts_in(piece, texts)

    def announced(piece: str) -> set[str]:
        return _announced(piece, letters, texts)

    return len(sentences) > 1 and taken_back(sentences, chosen, letters, named, announced)


@lru_cache(maxsize=32)
def _labels_named(letters: str) -> re.Pattern[str]:
    """A label in running words: a capital by itself, anything else set off. A and I may be mere words."""
    bare = re.escape("".join(letter for letter in letters.upper() if letter.isalpha() and letter not in "AEIO"))
    capital = rf"(?=[{bare}](?!{_WORD}))|" if bare else ""
    set_off = rf"(?=[{_both(letters)}](?:[)\]:*_]|[.,;]?\s*\Z|\s{_IS}(?!\w)))"
    return re.compile(rf"(?<!{_WORD})(?:{capital}{set_off})([{_both(letters)}])")


def _alone(answer: str, letters: str, texts: Mapping[str, str]) -> set[str]:
    """The whole answer is a letter, with or without the option's words."""
    match = re.fullmatch(
        rf"{_OPEN}(?:{_LABEL}[\s:]{{0,4}})?{_OPEN}([{_both(letters)}])[\s)\].:*_\"'”’»`}}$]*", answer, re.IGNORECASE
    )
    if match:
        return {match[1].upper()}
    same = {letter for letter, text in texts.items() if plain(text) and plain(text) == plain(_bare(answer))}
    if same:
        return same
    match = re.fullmatch(rf"[*_\s(\[]{{0,6}}([{_both(letters)}])[)\].:*_\s–-]{{1,8}}(\w[^\n]*)", answer)
    if not match or not texts:
        return set()
    said = {letter for letter, text in texts.items() if plain(text) == plain(_bare(match[2]))}
    return {match[1].upper()} | said if said else set()


def _bare(answer: str) -> str:
    return answer.strip(" *_\"'“”‘’.`")


def _both(letters: str) -> str:
    return re.escape("".join(dict.fromkeys(letters.upper() + letters.lower())))


@lru_cache(maxsize=32)
def _announcements(letters: str) -> tuple[re.Pattern[str], ...]:
    answer = rf"(?:{words('answer')})"
    letter = rf"{_OPEN}(?:{_LABEL}[\s:]{{0,4}})?{_OPEN}(?-i:([{_both(letters)}])){_AFTER}"
    bounded = rf"(?:(?<!\w){answer}(?!\w)|答案|正确答案|选择|正解|答え|정답|답)"
    strong = rf"(?!{_WEAK}(?!\w)){bounded}"
    return (
        re.compile(rf"{bounded}[^.\n:=]{{0,40}}?[\s*_]{{0,4}}{_IS}(?!\w){letter}", re.IGNORECASE),
        re.compile(rf"{strong}[*_\s]{{1,3}}{letter}", re.IGNORECASE),
        re.compile(rf"\A[\s*_]{{0,4}}{_WEAK}\s{letter}[\s*_)\].]{{0,4}}\Z", re.IGNORECASE),
        re.compile(rf"(?:答案|正解|答え|选|選|故选)[是为為はを:：]?{letter}"),
        re.compile(rf"\\boxed\{{(?:\\text\{{)?\(?([{_both(letters)}])\)?\}}"),
        re.compile(
            rf"(?<![\w’'])[*_\"'(\[]{{0,4}}(?-i:([{re.escape(letters.upper())}]))(?![\w’'])[^.\n]{{0,80}}?[\s*)]"
            rf"(?:is|are|ist|est|es|è|é|[–—]|это|هو|هي)\s{{0,3}}(?:therefore |thus |clearly |indeed |the ){{0,3}}"
            rf"(?:{_RIGHT})(?!\w)",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?<!{_WORD})[*_\"'(\[]{{0,4}}(?-i:([{_both(letters)}]))[*_\"')\]]{{0,4}}(?:\s?(?:번|号|項))?"
            rf"\s?(?:が|は|是|이|가|은|는)[^.\n。、，不非無]{{0,10}}?(?:正解|正しい|最も適切|正确|正確|对的|對的|答案|정답|맞습|맞다|옳습|옳다)"
            rf"(?!では|じゃ|이 아|은 아)"
        ),
    )


def _announced(answer: str, letters: str, texts: Mapping[str, str]) -> set[str]:
    """The letter, or the option's words, after "the answer is", in a sentence without doubt."""
    found: set[str] = set()
    for sentence in _SENTENCE.split(answer):
        for pattern in _announcements(letters):
            for match in pattern.finditer(sentence):
                if not _doubtful(sentence, match.start(), match.end(1)):
                    found |= {match[1].upper()} | _contradiction(sentence[match.end(1) :], match[1].upper(), texts)
    if found or not texts:
        return found
    for sentence in _SENTENCE.split(answer):
        told = _announcing().search(sentence)
        if told and not _doubtful(sentence, told.start(), told.end()):
            found |= _texts_in(sentence[told.end() :], texts)
    return found


@lru_cache(maxsize=1)
def _announcing() -> re.Pattern[str]:
    return re.compile(
        rf"(?:(?<!\w)(?:{words('answer')})(?!\w)|答案|正解|정답|답)[^.\n:=]{{0,40}}?[\s*_]{{0,4}}"
        rf"(?<![^\W\u3040-\u30ff\u3400-\u9fff가-힣]){_IS}(?!\w)",  # "best" ends in a French "est"
        re.IGNORECASE,
    )


def _last_line(answer: str, letters: str, texts: Mapping[str, str]) -> set[str]:
    """A last line that is a letter and nothing else, where such lines don't head what is said of each option."""
    closing = closing_label(sentences_of(answer), letters)
    return {closing} if closing else set()


def _doubtful(sentence: str, start: int, end: int) -> bool:
    # What comes before in the same clause, and what the announcement itself says.
    before = re.split(
        r"[,;:–—]\s|\bbut\b|\bhowever\b|\baber\b|\bmais\b|\bpero\b", sentence[max(0, start - 80) : start]
    )[-1]
    return bool(_DOUBT.search(before) or _DOUBT.search(sentence[start:end]))


def _contradiction(rest: str, letter: str, texts: Mapping[str, str]) -> set[str]:
    """Another option's words right behind the letter, where they are not the letter's own too."""
    said = f" {plain(re.sub(r'^[^0-9A-Za-z_À-ɏ-]+', '', rest)[:400])} "
    begins = {other for other, text in texts.items() if plain(text) and said.startswith(f" {plain(text)} ")}
    return set() if letter in begins or rest[:1] not in ")]:.,*–- " else begins


_MARK = r"^[\s*_>#-]{{0,12}}(?:{label}\s)?[(\[]?[*_]{{0,3}}([{letters}])[*_]{{0,3}}(?:[)\].:]{{1,2}}|\s[–—-]\s)[*_]{{0,3}}(?=\s|$|[*_])"  # noqa: E501


_REASONED = (
    r"(?=[ \t]*\n|[,;] |(?: [–—-])? (?:because|since|weil|denn|da|car|parce|porque|ya que|perché|poiché|pois|omdat|want"
    r"|потому|так как|поскольку|لأن)(?!\w))"
)
_REJECTED = 80
"""Characters behind a letter in which it is rejected; further on, a reason may say "not" of something else."""


def _marked(answer: str, letters: str, texts: Mapping[str, str]) -> set[str]:
    """The bold letter an answer begins with, the only letter that leads a line unrejected, or the only bold one."""
    mark = re.compile(_MARK.format(label=_LABEL, letters=_both(letters)), re.IGNORECASE)
    led = [match for line in answer.split("\n") if (match := mark.match(line)) and "**" in match.group()]
    if len(led) == 1 and answer.startswith(led[0].group()):
        # Whatever is said of the others further on, in lines of their own.
        return {led[0][1].upper()} | _contradiction(answer[led[0].end() :], led[0][1].upper(), texts)
    found: set[str] = set()
    for line in answer.split("\n"):
        if (match := mark.match(line)) and not wording("rejects").search(line[: match.end() + _REJECTED]):
            found |= {match[1].upper()} | _contradiction(line[match.end() :], match[1].upper(), texts)
    if len(found) == 1:
        return found
    bold = {
        match[1].upper()
        for match in re.finditer(rf"\*\*\s{{0,3}}[(\[]?([{_both(letters)}])[)\].:]?(?:\s[^*\n]{{1,300}})?\*\*", answer)
    }
    return bold if len(bold) == 1 else found


def _leading(answer: str, letters: str, texts: Mapping[str, str]) -> set[str]:
    """The letter that is the whole first line, or begins it and is followed by a reason: "B, because"."""
    first = sentences_of(answer)[:1]
    match = re.match(rf"[\s*_]{{0,4}}([{re.escape(letters.upper())}])[*_]{{0,4}}{_REASONED}", answer)
    if not match or wording("rejects").search(first[0]) or named_in(first[0], letters) - {match[1]}:
        return set()
    if any(line.strip(" *_") in letters.upper() for line in answer.split("\n")[1:] if line.strip(" *_")):
        return set()  # letters head what is said of each option
    return {match[1]} | _contradiction(answer[match.end(1) :], match[1], texts)


def _in_words(answer: str, letters: str, texts: Mapping[str, str]) -> set[str]:
    """The only option whose words stand in a sentence that rejects nothing, where no other is named by its letter."""
    kept = [sentence for sentence in _SENTENCE.split(answer) if not wording("rejects").search(sentence)]
    found = {letter for sentence in kept for letter in _texts_in(sentence, texts)}
    # "Oslo lies in the north, hence B": its reason's words are no choice.
    return found | {letter for sentence in kept for letter in named_in(sentence, letters)} if found else found


def _texts_in(sentence: str, texts: Mapping[str, str]) -> set[str]:
    said = f" {plain(sentence)} "
    found = {letter: plain(text) for letter, text in texts.items() if plain(text) and f" {plain(text)} " in said}
    # An option "[2]" is named in its brackets only: any 2 is not it.
    found = {letter: text for letter, text in found.items() if texts[letter][:1] != "[" or texts[letter] in sentence}
    # "New York" holds "York": the longer one was meant.
    return {
        a for a, text in found.items() if not any(a != b and f" {text} " in f" {other} " for b, other in found.items())
    }


@lru_cache(maxsize=8)
def _verdicts(sort: tuple[str, ...]) -> re.Pattern[str]:
    said = "|".join(words(name) for name in sort)
    return re.compile(rf"(?:(?<![\w-])(?:{said})(?![\w-]))|\A(?:{words(sort[0], ('zh', 'ja'))})", re.IGNORECASE)


_BOTH = re.compile(
    r"(?<!\w)(?:true|yes|wahr|richtig|ja|vrai|oui|verdadero|sí|vero|sì|verdadeiro|sim|waar)\s?(?:or|/|oder|ou|o|of)\s?(?:false|no|falsch|nein|faux|non|falso|não|onwaar|nee)(?!\w)",
    re.IGNORECASE,
)
_NOT = re.compile(r"(?<!\w)(?:not|nicht|n['’]est pas|no es|non è|não é|niet)\s+(?:\w+\s+)?$", re.IGNORECASE)


def verdict_in(answer: str) -> bool | None:
    """Return whether an answer says true or yes, or false or no; None where it says neither, or both.

    What it begins with counts, then what follows "the answer is", then the one word it uses in all.
    """
    read = _BOTH.sub(" ", answer)
    lead = re.sub(r"\A[\s*_\"'“(\[#>¡¿-]+", "", read)
    announced = _announcing().search(read)
    for place in (lead[:30], read[announced.end() : announced.end() + 40] if announced else "", read):
        said = set(_said(place, only_first=place is not read))
        if said:
            return said.pop() if len(said) == 1 else None
    return None


def _said(text: str, *, only_first: bool) -> Iterator[bool]:
    found = [
        (m.start(), value)
        for value, sort in ((True, ("true", "yes")), (False, ("false", "no")))
        for m in _verdicts(sort).finditer(text)
    ]
    if only_first:
        found = [(at, value) for at, value in found if not re.search(r"\w", text[:at]) or _NOT.search(text[:at])]
        found = sorted(found)[:1]
    for at, value in found:
        yield (not value) if _NOT.search(text[:at]) else value
