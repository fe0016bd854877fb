"""Sums in letters, ciphers, letters in disorder: puzzles of signs that stand for others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice, permutations
from random import Random
from string import ascii_uppercase
from typing import Any

from teams.brain_teaser.puzzles.puzzle import Data, Puzzle, Telling, Twist

Digits = Mapping[str, int]


class LetterSum(Puzzle):
    """Each letter stands for one digit; the sum or product is right."""

    name = "letter_sum"
    is_slow = True
    twists = ("unsolvable", "harder")
    needs_words = True

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data | None:
        op = random.choice("++*")
        longest = 1 if twist == "harder" else 0
        one, two = _operands(random, op, longest)
        total = one + two if op == "+" else one * two
        digits = list(dict.fromkeys(f"{one}{two}{total}"))
        word = next((w for w in random.sample(words, len(words)) if len(set(w)) >= len(digits) and w.isascii()), "")
        letters = list(dict.fromkeys(word.upper())) or random.sample(ascii_uppercase, 10)
        if len(digits) > len(letters) or len(digits) < 3:
            return None
        as_letter = dict(zip(digits, random.sample(letters, len(digits)), strict=True))
        worded = ["".join(as_letter[d] for d in str(n)) for n in (one, two, total)]
        if twist == "unsolvable":  # one letter of the total is another: the carry can't be right any more
            place = random.randrange(len(worded[2]))
            other = random.choice(sorted(as_letter.values()))
            worded[2] = worded[2][:place] + other + worded[2][place + 1 :]
        return {"terms": worded[:2], "op": op, "total": worded[2]}

    def solutions(self, data: Data) -> list[Any]:
        one, two, total = str(data["terms"][0]), str(data["terms"][1]), str(data["total"])
        # Two at most: with more it is no puzzle.
        return list(islice(_readings((one[::-1], two[::-1], total[::-1]), data["op"], 0, {}), 2))

    def key(self, data: Data, solution: Any) -> int:
        return int("".join(str(solution[letter]) for letter in data["total"]))

    def telling(self, data: Data) -> Telling:
        sign = {"+": "+", "*": "×"}[data["op"]]
        line = f"{data['terms'][0]} {sign} {data['terms'][1]} = {data['total']}"
        rules = [
            f"This holds, letter by letter as it stands: {line}",
            "Each letter stands for one digit, the same one throughout; different letters stand for different digits.",
            "No number begins with zero.",
        ]
        return Telling({}, rules, f"Which number is {data['total']}?", [line])

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        told = ", ".join(f"{letter} = {digit}" for letter, digit in sorted(solution.items()))
        return (f"The digits are {told}.", "It argues from the places and carries, so that no other digits remain.")


def _operands(random: Random, op: str, longer: int) -> tuple[int, int]:
    if op == "*":
        return random.randint(12, 99 if not longer else 399), random.randint(2, 9 if not longer else 99)
    return random.randint(100, 999), random.randint(10 ** (1 + longer), 10 ** (2 + longer) - 1)


def _readings(turned: Sequence[str], op: str, place: int, known: Digits) -> Iterator[Digits]:
    """Yield every reading of the letters in which a sum or product is right, its words written from the last letter on.

    It goes place by place: what stands behind a place decides which digit the total has there.
    """
    one, two, total = turned
    if place == max(map(len, turned)):
        a, b, c = (_read(word, known, place) for word in turned)
        if c == (a + b if op == "+" else a * b):
            yield known
        return
    heads = {word[-1] for word in turned}
    for made in _given([word[place] for word in (one, two) if place < len(word)], known, heads):
        a, b = _read(one, made, place + 1), _read(two, made, place + 1)
        digit = (a + b if op == "+" else a * b) // 10**place % 10
        letter = total[place] if place < len(total) else ""
        if not letter or made.get(letter, digit) != digit:
            continue
        if letter not in made and (digit in made.values() or (not digit and letter in heads)):
            continue
        yield from _readings(turned, op, place + 1, {**made, letter: digit})


def _given(letters: Sequence[str], known: Digits, heads: Collection[str]) -> Iterator[Digits]:
    """Yield every way to give letters digits, different ones; no word begins with a zero."""
    new = [letter for letter in dict.fromkeys(letters) if letter not in known]
    free = [digit for digit in range(10) if digit not in known.values()]
    for digits in permutations(free, len(new)):
        made = {**known, **dict(zip(new, digits, strict=True))}
        if all(made[letter] for letter in new if letter in heads):
            yield made


def _read(turned: str, digits: Digits, places: int) -> int:
    """The number that the last places of a word are."""
    return sum(digits[letter] * 10**n for n, letter in enumerate(turned[:places]))


class Cipher(Puzzle):
    """A short message in a cipher of which the sort is told, or given away by a word."""

    name = "cipher"
    answers = "letters"
    twists = ("harder",)
    needs_words = True

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data | None:
        fit = sorted({w.upper() for w in words if 3 <= len(w) <= 9 and w.isascii() and w.isalpha()})
        count = 4 if twist == "harder" else random.choice((2, 3))
        if len(fit) < count + 1:
            return None
        chosen = random.sample(fit, count)
        keyword = random.choice([w for w in fit if w not in chosen])
        method = random.choice(
            ("keyed", "fence") if twist == "harder" else ("shift", "mirror", "fence", "numbers", "keyed")
        )
        number = {"shift": random.randint(2, 24), "fence": random.choice((2, 3))}.get(method, 0)
        data = {"method": method, "number": number, "keyword": keyword if method == "keyed" else ""}
        plain = " ".join(chosen)
        crib = random.choice(chosen) if method == "shift" else ""
        return {**data, "crib": crib, "text": encoded(plain, data)}

    def solutions(self, data: Data) -> list[Any]:
        numbers = range(1, 26) if data["method"] == "shift" else (data["number"],)
        found = [decoded(data["text"], {**data, "number": number}) for number in numbers]
        return [plain for plain in found if not data["crib"] or data["crib"] in plain.split()][:2]

    def telling(self, data: Data) -> Telling:
        rules = [f"The message, sign for sign: {data['text']}", *_hints(data)]
        exact = [data["text"], *filter(None, (data["crib"], data["keyword"]))]
        return Telling({}, rules, "What does it say in clear letters?", exact)

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        how = {
            "shift": f"Each letter was put on by {data['number']} places; the word that is known gives it away.",
            "mirror": "A stands for Z, B for Y and so on, so that coding and decoding are the same.",
            "fence": f"The letters were written up and down on {data['number']} lines and read off line by line.",
            "numbers": "Each number is the place of its letter in the alphabet.",
            "keyed": f"The letters of {data['keyword']} come first in the alphabet of the cipher, the others follow.",
        }[data["method"]]
        return (how, f"The message is {solution}, and it shows how its letters come about.")


def _hints(data: Data) -> list[str]:
    return {
        "shift": [
            "Every letter was replaced by the one a fixed number of places further on in the alphabet from A to Z, and"
            " after Z comes A; how many places is not known.",
            f"One of the words of the message is {data['crib']}.",
        ],
        "mirror": ["The alphabet from A to Z was laid against that from Z to A, each letter replaced by its opposite."],
        "fence": [
            "The letters of the message, its spaces left out, were written in a zigzag down and up over"
            f" {data['number']} lines, and then read line by line from the top; the spaces are no part of the code, and"
            " the answer is wanted without spaces or with them put in where they make words.",
        ],
        "numbers": ["A is 1, B is 2 and so on; a stroke parts the words."],
        "keyed": [
            f"The alphabet of the cipher begins with the word {data['keyword']}, each of its letters written once, and"
            " goes on with the other letters from A to Z; under it the usual alphabet from A to Z was written, and each"
            " letter of the message was looked up in the usual one and replaced by the one above it.",
        ],
    }[data["method"]]  # fmt: skip


def _keyed(keyword: str) -> str:
    return "".join(dict.fromkeys(keyword + ascii_uppercase))


def _fence(length: int, lines: int) -> list[int]:
    """Places of the letters in the order in which the lines are read."""
    turn = 2 * (lines - 1)
    return sorted(range(length), key=lambda n: (min(n % turn, turn - n % turn), n))


def encoded(plain: str, data: Data) -> str:
    """Return a message (capitals and spaces) in a cipher."""
    method = data["method"]
    if method == "fence":
        bare = plain.replace(" ", "")
        return "".join(bare[n] for n in _fence(len(bare), data["number"]))
    if method == "numbers":
        return " / ".join("-".join(str(ascii_uppercase.index(a) + 1) for a in word) for word in plain.split())
    return plain.translate(str.maketrans(ascii_uppercase, _alphabet(data)))


def decoded(text: str, data: Data) -> str:
    """Return a coded message in clear."""
    method = data["method"]
    if method == "fence":
        clear = dict(zip(_fence(len(text), data["number"]), text, strict=True))
        return "".join(clear[n] for n in range(len(text)))
    if method == "numbers":
        return " ".join("".join(ascii_uppercase[int(n) - 1] for n in word.split("-")) for word in text.split(" / "))
    return text.translate(str.maketrans(_alphabet(data), ascii_uppercase))


def _alphabet(data: Data) -> str:
    if data["method"] == "shift":
        return ascii_uppercase[data["number"] :] + ascii_uppercase[: data["number"]]
    return ascii_uppercase[::-1] if data["method"] == "mirror" else _keyed(data["keyword"])


class Anagram(Puzzle):
    """The letters of a word in disorder; what it means is told."""

    name = "anagram"
    answers = "letters"
    twists = ("harder",)
    needs_words = True

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data | None:
        low, high = (9, 12) if twist == "harder" else (6, 9)
        fit = sorted({w.upper() for w in words if low <= len(w) <= high and w.isascii() and w.isalpha()})
        if not fit:
            return None
        word = random.choice(fit)
        mixed = "".join(random.sample(word, len(word)))
        pool = sorted({w.upper() for w in words})
        if sum(a == b for a, b in zip(mixed, word, strict=True)) > len(word) // 3:
            return None
        return {"letters": mixed, "length": len(word), "pool": [w for w in pool if sorted(w) == sorted(word)]}

    def solutions(self, data: Data) -> list[Any]:
        return list(data["pool"])[:2]

    def telling(self, data: Data) -> Telling:
        rules = [
            f"These letters, each used once, make one word: {data['letters']}",
            "What the word means: a clue of your own that fits this word and no other, without any part of it.",
        ]
        return Telling({}, rules, f"Which word of {data['length']} letters is it?", [data["letters"]])

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        return (
            f"All {data['length']} letters of {solution} are there, each as often as it is needed, and it"
            " fits the clue.",
        )
