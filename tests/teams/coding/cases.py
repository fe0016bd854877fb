"""Items of every form, right by construction, each with an answer that passes: for tests and for the apprentice."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

from typing import Any

POINTS = ["Each limit belongs to the side that the words name."]


def item(**fields: Any) -> dict[str, Any]:
    return {"points": POINTS, **fields}


FINE = """def fine(days, is_child=False):
    if days <= 3:
        return 0
    total = (days - 3) * 20
    if is_child:
        total = total // 2
    return min(total, 500)
"""
FINE_TESTS = """for days, child in [(0, False), (3, False), (4, False), (4, True), (5, True), (27, False), (28, False), (29, False), (60, True)]:
    print(days, child, fine(days, child))
"""
FINE_PRINTS = (
    "0 False 0\n3 False 0\n4 False 20\n4 True 10\n5 True 20\n27 False 480\n28 False 500\n29 False 500\n60 True 500"
)
FINE_ASK = "Our library lends for free and charges for late books. I need a Python function fine(days, is_child=False) that returns cents: the first 3 late days cost nothing, every day after that 20 cents; children pay half of the sum, cents rounded down; nobody ever pays more than 500."

WRITTEN = item(written_in="python", question=FINE_ASK, solution=FINE, tests=FINE_TESTS, expected=FINE_PRINTS)
FILLED = item(
    written_in="python",
    question="Can you fill in the TODO of fine? The first 3 late days are free, each further day costs 20 cents, children pay half (rounded down), and the most anybody pays is 500. The rest has to stay.",
    given="def fine(days, is_child=False):\n    if days <= 3:\n        return 0\n    # TODO: work out the sum\n    return min(total, 500)\n",
    solution=FINE, tests=FINE_TESTS, expected=FINE_PRINTS,
)  # fmt: skip
MENDED = item(
    written_in="lua",
    question="My function longest in Lua should return the length of the longest run of equal values in a list, but for {4, 4, 7, 7, 7} I get 2 and want 3. What is wrong with it?",
    given="function longest(list)\n  local best, run = 0, 0\n  local last = nil\n  for _, v in ipairs(list) do\n    if v == last then\n      run = run + 1\n    else\n      if run > best then best = run end\n      run = 1\n      last = v\n    end\n  end\n  return best\nend",
    solution="function longest(list)\n  local best, run = 0, 0\n  local last = nil\n  for _, v in ipairs(list) do\n    if v == last then\n      run = run + 1\n    else\n      run = 1\n      last = v\n    end\n    if run > best then best = run end\n  end\n  return best\nend",
    tests="print('end', longest({4, 4, 7, 7, 7}))\nprint('start', longest({4, 4, 7}))\nprint('one', longest({9}))\nprint('none', longest({}))\nprint('apart', longest({1, 2, 1, 2}))",
    expected="end\t3\nstart\t2\none\t1\nnone\t0\napart\t1",
)  # fmt: skip
INJECTED = item(
    written_in="javascript",
    question="This JavaScript gives the level of our mill pond after each hour. Rules: it begins at start, each hour the inflow is added; what is above the brim runs off, and while the wheel turns (level of at least sill before the inflow) the draw is taken off first. Since yesterday levels come out wrong. Under the code are our tests, and the lines that differ: a minus is what should come, a plus what came. What is wrong?",
    solution="function levels(start, inflows, sill, draw, brim) {\n  let level = start;\n  const out = [];\n  for (const inflow of inflows) {\n    if (level >= sill) {\n      level = level - draw;\n    }\n    level = level + inflow;\n    if (level > brim) {\n      level = brim;\n    }\n    out.push(level);\n  }\n  return out;\n}",
    tests="console.log('plain', levels(10, [1, 2, 3], 5, 4, 20).join(' '));\nconsole.log('at sill', levels(5, [1, 1], 5, 4, 20).join(' '));\nconsole.log('brim', levels(18, [6, 9], 30, 4, 20).join(' '));\nconsole.log('to brim', levels(18, [2, 0], 30, 4, 20).join(' '));\nconsole.log('none', levels(3, [], 5, 4, 20).length);",
    expected="plain 7 5 4\nat sill 2 3\nbrim 20 20\nto brim 20 20\nnone 0",
    kept_back="console.log('lower', levels(12, [2, 2, 5], 6, 3, 15).join(' '));\nconsole.log('on the sill', levels(7, [1, 4], 7, 2, 30).join(' '));\nconsole.log('over', levels(9, [4, 1], 40, 2, 12).join(' '));\nconsole.log('just full', levels(9, [3, 0, 1], 40, 2, 12).join(' '));\nconsole.log('one', levels(0, [1], 5, 4, 20).join(' '));",
)  # fmt: skip
LOCATED = {
    **INJECTED,
    "question": INJECTED["question"].replace(
        "What is wrong?", "Which line is at fault, word by word, and how has it to read? I have to show it to my class."
    ),
}
PREDICTED = item(
    written_in="python",
    question="I'm preparing a lesson on default arguments and slices and don't trust my head any more. What exactly does this program print, and why?",
    given="def add(item, box=[]):\n    box.append(item)\n    return box[-2:]\n\n\nfirst = add('rye')\nsecond = add('oats')\nthird = add('spelt', ['wheat'])\nprint(first, second)\nprint(third, add('barley'))\nprint(7 // 2 - -7 // 2)\n",
)
DEDUCED = item(
    written_in="python",
    question="Here is how our old label printer makes its check code. I have the code it printed, and have lost the label. Which text can stand in the blank so that exactly that comes out?",
    given="def check(label):\n    total = 0\n    for place, sign in enumerate(label, 1):\n        total += place * (ord(sign) - 64)\n    return f'{len(label)}-{total}'\n",
    call="print(check(____))", wanted="3-14", example="'ABC'",
)  # fmt: skip
TRACED = item(
    question="While I step through this I want to know: which value does waiting have each time the line `served.append(waiting.pop(0))` is about to be executed? Give them in order, one a line, as Python shows them.",
    given="waiting = ['Ida', 'Ole']\narriving = ['Per', 'Una', 'Kai']\nserved = []\nwhile waiting and len(served) < 5:\n    if len(served) % 2 == 0 and arriving:\n        waiting.append(arriving.pop())\n    served.append(waiting.pop(0))\nprint(served)\n",
    line="served.append(waiting.pop(0))", variable="waiting",
)  # fmt: skip
EXPLAINED = item(
    written_in="c",
    question="I took over this C from a colleague. What is f for, how does the loop manage it, and what does f(1023) come to?",
    given="int f(unsigned n) {\n    int c = 0;\n    while (n) {\n        n &= n - 1;\n        c++;\n    }\n    return c;\n}",
    probe='#include <stdio.h>\nint main(void) { printf("%d\\n", f(1023)); }', tells="10",
)  # fmt: skip
REVIEWED = {
    "written_in": "python",
    "question": "Could you review this before I merge? It keeps the bookings of one rowing boat (whole hours); what worries me is whether two bookings can ever overlap. Please name each finding with its line, what goes wrong and when, and the cure.",
    "given": "class Boat:\n    def __init__(self, booked=[]):\n        self.booked = booked\n\n    def book(self, start, end):\n        for a, b in self.booked:\n            if start > a and start < b:\n                return False\n        self.booked.append((start, end))\n        return True\n",
    "solution": "class Boat:\n    def __init__(self, booked=None):\n        self.booked = list(booked or [])\n\n    def book(self, start, end):\n        for a, b in self.booked:\n            if start < b and end > a:\n                return False\n        self.booked.append((start, end))\n        return True\n",
    "faults": [
        {"line": "def __init__(self, booked=[]):", "why": "All boats made without bookings share one list, so a booking of one is a booking of all.", "tests": "one, two = Boat(), Boat()\none.book(1, 3)\nprint('shared', len(two.booked))", "expected": "shared 0"},
        {"line": "if start > a and start < b:", "why": "A booking that begins at the same hour as another, or earlier and runs into it, is let through.", "tests": "b = Boat([])\nprint('first', b.book(2, 4))\nprint('same', b.book(2, 3))\nprint('into', b.book(1, 3))\nprint('after', b.book(4, 5))", "expected": "first True\nsame False\ninto False\nafter True"},
    ],
}  # fmt: skip
REFACTORED = item(
    written_in="python",
    question="Nobody dares to touch this function any more. Could you rewrite price so that it is easier to read? The name, the arguments and the results have to stay as they are.",
    given="def price(kind, age, members):\n    if kind == 'day':\n        if age < 6:\n            result = 0\n        else:\n            if age < 16:\n                result = 400\n            else:\n                result = 800\n        if members:\n            result = result - 100\n            if result < 0:\n                result = 0\n    else:\n        if age < 6:\n            result = 0\n        else:\n            if age < 16:\n                result = 1500\n            else:\n                result = 3000\n        if members:\n            result = result - 100\n            if result < 0:\n                result = 0\n    return result\n",
    solution="PRICES = {'day': (400, 800)}\nOTHER = (1500, 3000)\n\n\ndef price(kind, age, members):\n    if age < 6:\n        return 0\n    child, adult = PRICES.get(kind, OTHER)\n    full = child if age < 16 else adult\n    return max(full - 100, 0) if members else full\n",
    tests="for kind in ('day', 'week'):\n    for age in (0, 5, 6, 15, 16, 40):\n        print(kind, age, price(kind, age, False), price(kind, age, True))",
    expected="day 0 0 0\nday 5 0 0\nday 6 400 300\nday 15 400 300\nday 16 800 700\nday 40 800 700\nweek 0 0 0\nweek 5 0 0\nweek 6 1500 1400\nweek 15 1500 1400\nweek 16 3000 2900\nweek 40 3000 2900",
    many="total = 0\nfor n in range(300):\n    total = (total * 31 + price(('day', 'week', 'year')[n % 3], n % 70, n % 2 == 0)) % 1000003\nprint('sum', total)",
)  # fmt: skip
OPTIMISED = item(
    question="My list of boats has grown to a hundred thousand and repeated(numbers) doesn't come back. It returns the numbers that occur more than once, each once, in the order of their second appearance. Can you make it grow no faster than the list itself, with the same results?",
    given="def repeated(numbers):\n    seen = []\n    twice = []\n    for number in numbers:\n        if number in seen:\n            if number not in twice:\n                twice.append(number)\n        else:\n            seen.append(number)\n    return twice\n",
    solution="def repeated(numbers):\n    seen = set()\n    twice = {}\n    for number in numbers:\n        if number in seen:\n            twice[number] = True\n        else:\n            seen.add(number)\n    return list(twice)\n",
    tests="print('some', repeated([3, 1, 3, 2, 1, 3]))\nprint('none', repeated([1, 2]))\nprint('empty', repeated([]))\nprint('all', repeated([5, 5, 5]))",
    expected="some [3, 1]\nnone []\nempty []\nall [5]",
    work="def prepare(n):\n    return [Counted(k) for k in range(n)]\n\n\ndef work(ready):\n    repeated(ready)\n",
    growth="O(n)",
)  # fmt: skip
GROWN = item(
    question="For a pond gauge I need a Python class Window(size) with add(value) and highest(): highest() returns the largest of the last size values (None before the first). Up to a million values come in, each followed by highest(), and the window may hold half of them; so all calls together may take a number of steps that grows only with the number of values. How would you write it, and why so?",
    solution="from collections import deque\n\n\nclass Window:\n    def __init__(self, size):\n        self.size = size\n        self.count = 0\n        self.best = deque()\n\n    def add(self, value):\n        while self.best and self.best[-1][1] <= value:\n            self.best.pop()\n        self.best.append((self.count, value))\n        self.count += 1\n        if self.best[0][0] <= self.count - 1 - self.size:\n            self.best.popleft()\n\n    def highest(self):\n        return self.best[0][1] if self.best else None\n",
    tests="w = Window(3)\nprint('none', w.highest())\nfor value in (5, 3, 4, 1, 1, 9, 9, 2, 1, 0):\n    w.add(value)\n    print(value, w.highest())\none = Window(1)\none.add(4)\none.add(2)\nprint('one', one.highest())",
    expected="none None\n5 5\n3 5\n4 5\n1 4\n1 4\n9 9\n9 9\n2 9\n1 9\n0 2\none 2",
    work="def prepare(n):\n    return [Counted((k * 7919) % n) for k in range(n)]\n\n\ndef work(ready):\n    w = Window(len(ready) // 2)\n    for value in ready:\n        w.add(value)\n        w.highest()\n",
    growth="O(n)",
)  # fmt: skip
TRANSLATED = item(
    written_in="perl", from_language="python",
    question="Our old server has only Perl. Could you give me this Python program in Perl? It must read and print exactly the same, in the same order.",
    given="import sys\n\ncount = {}\nfor line in sys.stdin:\n    name, _, hours = line.strip().partition(':')\n    if not hours:\n        continue\n    count[name] = count.get(name, 0) + int(hours)\nfor name in sorted(count):\n    print(name, count[name], count[name] // 3)\n",
    solution="use strict;\nuse warnings;\nuse POSIX qw(floor);\n\nmy %count;\nwhile (my $line = <STDIN>) {\n    $line =~ s/^\\s+|\\s+$//g;\n    my ($name, $hours) = split /:/, $line, 2;\n    next unless defined $hours && length $hours;\n    $count{$name} += $hours;\n}\nfor my $name (sort keys %count) {\n    print \"$name $count{$name} \", floor($count{$name} / 3), \"\\n\";\n}\n",
    inputs=["Ida:4\nOle:2\nIda:3\n", "b:1\na:-4\nB:5\n", "", "noise\nKai:\nKai:10\n"],
)  # fmt: skip
TESTED = item(
    written_in="python", file="fines.py",
    question="Our fines stand in fines.py. Please write tests for it with pytest. I would be ashamed if a limit moved by a day or a cent and nobody noticed.",
    given=FINE,
    own_tests="from fines import fine\n\n\ndef test_free():\n    assert fine(0) == 0\n    assert fine(3) == 0\n\n\ndef test_days():\n    assert fine(4) == 20\n    assert fine(5) == 40\n\n\ndef test_children():\n    assert fine(5, True) == 20\n\n\ndef test_most():\n    assert fine(27) == 480\n    assert fine(28) == 500\n    assert fine(29) == 500\n    assert fine(60, True) == 500\n",
)  # fmt: skip
DOCUMENTED = item(
    question="Could you document this with docstrings for the volunteers at the desk, who read Python but don't know our rules? With an example in each, please, and without touching the code.",
    given=FINE,
    solution='def fine(days, is_child=False):\n    """Return what a book costs that comes back late, in cents.\n\n    The first three late days are free, each further one costs 20; children pay half, rounded down; 500 is the most.\n\n    >>> fine(5)\n    40\n    >>> fine(5, is_child=True)\n    20\n    """\n' + "".join(f"{line}\n" for line in FINE.splitlines()[1:]),
)  # fmt: skip
MODIFIED = item(
    written_in="ruby",
    question="Here is how we share out shifts at the lock. Please change share(names, shifts) in Ruby so: 1. Nobody gets two shifts in a row unless there is only one name. 2. A name that is nil or empty is left out. Everything else stays.",
    given="def share(names, shifts)\n  return [] if names.empty?\n  out = []\n  shifts.times { |n| out << names[(n / 2) % names.size] }\n  out\nend",
    solution="def share(names, shifts)\n  names = names.reject { |name| name.nil? || name.empty? }\n  return [] if names.empty?\n  out = []\n  shifts.times { |n| out << names[n % names.size] }\n  out\nend",
    tests="puts \"none #{share([], 3).inspect}\"\nputs \"one #{share(['Ida'], 3).inspect}\"\nputs \"zero #{share(['Ida', 'Ole'], 0).inspect}\"",
    expected='none []\none ["Ida", "Ida", "Ida"]\nzero []',
    requirements=[
        {"requirement": "Nobody gets two shifts in a row unless there is only one name.", "tests": "puts share(['Ida', 'Ole'], 4).inspect\nputs share(['a', 'b', 'c'], 4).inspect", "expected": '["Ida", "Ole", "Ida", "Ole"]\n["a", "b", "c", "a"]'},
        {"requirement": "A name that is nil or empty is left out.", "tests": "puts share([nil, 'Ida', ''], 2).inspect\nputs share([''], 2).inspect", "expected": '["Ida", "Ida"]\n[]'},
    ],
)  # fmt: skip
LIBRARY = item(
    written_in="python", uses=["bisect.bisect_right"],
    question="I have the sorted departure minutes of our ferry and want next_ferry(departures, now): the first departure after now, strictly later, or None. I was told that bisect_right from bisect is made for this. How do I use it here?",
    solution="from bisect import bisect_right\n\n\ndef next_ferry(departures, now):\n    place = bisect_right(departures, now)\n    return departures[place] if place < len(departures) else None\n",
    tests="d = [10, 25, 25, 40]\nfor now in (0, 9, 10, 24, 25, 39, 40, 41):\n    print(now, next_ferry(d, now))\nprint('empty', next_ferry([], 5))",
    expected="0 10\n9 10\n10 25\n24 25\n25 40\n39 40\n40 None\n41 None\nempty None",
)  # fmt: skip
QUERIED = item(
    setup="CREATE TABLE bridge (id INTEGER PRIMARY KEY, name TEXT);\nCREATE TABLE seen (bridge INTEGER, bicycles INTEGER);\nINSERT INTO bridge VALUES (1, 'Mill'), (2, 'Harbour'), (3, 'Station');\nINSERT INTO seen VALUES (1, 4), (1, 8), (3, 5);",
    question="For each of our bridges I want its name and the sum of bicycles that were counted on it, 0 where nobody counted, the busiest first and bridges with equal sums by name.",
    solution="SELECT name, COALESCE(SUM(bicycles), 0) AS total FROM bridge LEFT JOIN seen ON seen.bridge = bridge.id GROUP BY bridge.id ORDER BY total DESC, name;",
    other_rows="INSERT INTO bridge VALUES (4, 'Abbey'), (5, 'Zoo');\nINSERT INTO seen VALUES (5, 5), (4, NULL);",
    expected="Mill|12\nStation|5\nHarbour|0",
)  # fmt: skip
COMPLEXITY = item(
    question="This finds the longest stretch of different values in a list of n numbers. There is a loop in a loop; how does the work grow with n in the worst case, and why?",
    given="def stretch(values):\n    last = {}\n    start = best = 0\n    for place, value in enumerate(values):\n        while start <= last.get(value, -1):\n            start += 1\n        last[value] = place\n        best = max(best, place - start + 1)\n    return best\n",
    work="def prepare(n):\n    return [k % 50 for k in range(n)]\n\n\ndef work(ready):\n    stretch(ready)\n",
    growth="O(n)",
)  # fmt: skip
SECURED = item(
    written_in="python",
    question="Members of our club upload notes into one folder, and read(folder, name) gives them back. I was told that somebody can read other files of the server with it. Can you make it safe? For a name that leads out of the folder it should raise ValueError; notes in subfolders have to work.",
    given="import os\n\n\ndef read(folder, name):\n    with open(os.path.join(folder, name)) as file:\n        return file.read()\n",
    solution="import os\n\n\ndef read(folder, name):\n    root = os.path.realpath(folder)\n    path = os.path.realpath(os.path.join(root, name))\n    if os.path.commonpath([root, path]) != root:\n        raise ValueError(name)\n    with open(path) as file:\n        return file.read()\n",
    attack="import os\nos.makedirs('notes_b', exist_ok=True)\nopen('secret.txt', 'w').write('s3')\nfor name in ('../secret.txt', os.path.abspath('secret.txt')):\n    try:\n        print('leaks', read('notes_b', name))\n    except ValueError:\n        print('held')",
    attack_fails="held\nheld",
    use="import os\nos.makedirs('notes/sub', exist_ok=True)\nopen('notes/a.txt', 'w').write('one')\nopen('notes/sub/b.txt', 'w').write('two')\nprint(read('notes', 'a.txt'), read('notes', 'sub/b.txt'), read('notes', 'sub/../a.txt'))",
    use_prints="one two one",
)  # fmt: skip
SCRIPTED = item(
    written_in="awk",
    question="Our gauge writes one line per hour to standard input, `station level`, with a # before comments. I need an awk script that prints for each station its highest level, as `station level`, in the order in which stations first appear; empty lines don't count.",
    files=[],
    solution="/^#/ || NF < 2 { next }\n!($1 in top) { order[++n] = $1; top[$1] = $2 }\n$2 > top[$1] { top[$1] = $2 }\nEND { for (i = 1; i <= n; i++) print order[i], top[order[i]] }",
    runs=[
        {"stdin": "mill 12\nlock 9\nmill 14\nmill 13\n", "prints": "mill 14\nlock 9"},
        {"stdin": "# none\n\nlock -3\nlock -7", "prints": "lock -3"},
        {"stdin": "b 2\na 10\na 9\n", "prints": "b 2\na 10"},
    ],
)  # fmt: skip
CONFLICTED = item(
    written_in="python",
    question="For our raffle I need a Python function share(prizes, names) that returns a list of (name, number of prizes). Every prize is given away. Nobody gets more than two prizes. Names keep their order. Can you write it?",
    one={"requirement": "Every prize is given away.", "keeps": "def share(prizes, names):\n    base, more = divmod(prizes, len(names))\n    return [(n, base + (k < more)) for k, n in enumerate(names)]", "prints": "[('Ida', 3), ('Ole', 2)]"},
    other={"requirement": "Nobody gets more than two prizes.", "keeps": "def share(prizes, names):\n    base, more = divmod(prizes, len(names))\n    return [(n, min(2, base + (k < more))) for k, n in enumerate(names)]", "prints": "[('Ida', 2), ('Ole', 2)]"},
    case="print(share(5, ['Ida', 'Ole']))",
)  # fmt: skip

BY_KIND: dict[str, dict[str, Any]] = {
    "from_spec": WRITTEN, "fill_in": FILLED, "predict_output": PREDICTED, "deduce_input": DEDUCED,
    "trace_state": TRACED, "fix_bug": MENDED, "fix_injected": INJECTED, "locate_fault": LOCATED, "explain": EXPLAINED,
    "review": REVIEWED, "refactor": REFACTORED, "optimise": OPTIMISED, "translate": TRANSLATED, "write_tests": TESTED,
    "write_docs": DOCUMENTED, "modify": MODIFIED, "use_library": LIBRARY, "query": QUERIED, "design": GROWN,
    "complexity": COMPLEXITY, "security_fix": SECURED, "script": SCRIPTED, "conflicting": CONFLICTED,
}  # fmt: skip


def answer(kind: str, ran: dict[str, Any]) -> str:
    """Return an answer that passes, from an item that was tried."""
    key = ran.get("written_in", "python")
    said = {
        "predict_output": f"The default list is made once and shared by the calls.\n\n```\n{ran.get('key')}\n```",
        "deduce_input": f"Three signs, and 1·1 + 2·2 + 3·3 = 14.\n\n```\n{ran.get('key')}\n```",
        "trace_state": f"People come in from the end of the list.\n\n```\n{ran.get('key')}\n```",
        "explain": f"It counts the bits that are set: each round takes the lowest off. f(1023) is {ran.get('key')}.",
        "review": "1. `def __init__(self, booked=[]):` shares one list among all boats.\n2. `if start > a and start < b:` lets a booking through that begins at the same hour.",
        "complexity": "The inner loop only ever moves start forward, n steps at most in all. So it is **O(n)**.",
        "write_tests": f"```python\n{TESTED['own_tests']}```",
        "conflicting": "With 5 prizes for Ida and Ole both can't be kept: giving all away comes to [('Ida', 3), ('Ole', 2)], two at most to [('Ida', 2), ('Ole', 2)].",
    }  # fmt: skip
    if kind in said:
        return said[kind]
    line = f"The line at fault is `{ran['line']}`.\n\n" if kind == "locate_fault" else ""
    return f"{line}So it does what you want:\n\n```{key}\n{ran['solution']}\n```\n\nEach limit belongs to the side you named."
