"""German."""

# ruff: noqa: E501  # rows of data

from teams.engine.checks.phrases.table import Table

_THE = r"(?:de[mnrs]|das|die|diese[mnrs]?|jene[mnrs]?)"
_WHICH = (
    r"(?:(?:obigen|vorliegenden|gegebenen|angegebenen|vorstehenden|folgenden|genannten|kurzen|beiliegenden|gesamten) )?"
)

TABLE = Table(
    nouns=(
        "text(?:es|s)?", "textes", "passagen?", "abschnitte?s?", "artikeln?s?", "auszug(?:e?s)?", "textauszug(?:e?s)?", "dokument(?:e?s)?", "absatz(?:es)?",
        "textstelle", "textabschnitts?", "lesetext(?:e?s)?",
    ),
    things=("tabellen?", "listen?", "beispiele?s?", "abbildung", "code", "gespräche?s?", "informationen", "angaben", "daten", "bild(?:e?s)?", "briefe?s?", "geschichte", "aussagen?"),
    introduced=("ein(?:e[mnrs]?)?", "mein(?:e[mnrs]?)?", "unser(?:e[mnrs]?)?", "ihr(?:e[mnrs]?)?", "jede[mnrs]?", "zwei"),
    elsewhere=(
        rf"(?:laut|gemäß|nach|zufolge) {_THE} {_WHICH}{{N}}", rf"{_THE} {{N}} zufolge",
        rf"(?:auf (?:der )?(?:grundlage|basis)|aufgrund|anhand|basierend auf) {_THE} {_WHICH}(?:{{N}}|bereitgestellten informationen|gegebenen informationen)",
        rf"(?:wie )?(?:in|aus|von) {_THE} {_WHICH}{{N}} (?:erwähnt|beschrieben|genannt|dargestellt|angegeben|geschildert|steht|hervorgeht|behauptet|erläutert)",
        rf"in {_THE} {_WHICH}{{N}}(?=[.,;:?!]|$| (?:steht|heißt|wird|werden|erwähnt|genannt|über|sind|ist))",
        r"im {N}(?=[.,;:?!]|$| (?:steht|heißt|wird|werden|erwähnt\w*|genannt\w*|beschrieben\w*|angegeben\w*))",
        r"im (?:obigen|vorliegenden|gegebenen|angegebenen|vorstehenden) {T}",
        r"(?:der|dieser|die|diese|das|dieses) (?:text|passage|artikel|auszug|textauszug|dokument|abschnitt|absatz) (?:sagt|besagt|erwähnt|beschreibt|nennt|behauptet|erklärt|legt nahe|deutet|berichtet|gibt an|schildert)",
        r"(?:der|die|das|den|dem) (?:gegebenen?|bereitgestellten?|vorliegenden?|obigen?|angehängten?|beigefügten?) {T}",
        r"aus dem {N} (?:geht|hervor|ergibt|lässt)",
    ),
    above=(r"(?:wie )?(?:oben|vorstehend|zuvor|vorher) (?:erwähnt|beschrieben|genannt|dargestellt|angegeben|gezeigt|erläutert)\w*", r"(?:text|tabelle|liste|abschnitt) oben", r"siehe oben"),
    below=(r"(?:den|dem|der|die|das) folgenden? {T}", r"(?:unten|nachstehend|nachfolgend) (?:erwähnt|beschrieben|genannt|angegeben|stehend)\w*", r"siehe unten"),
    numbered=(r"(?:siehe|in|laut|vgl\.|gemäß|aus) (?:abbildung|abb\.|tabelle|tab\.|kapitel|abschnitt|anhang|seite) \d+(?:\.\d+)*(?! (?:de[rs]|von))", r"(?:abbildung|tabelle) \d+ (?:zeigt|stellt)"),
    author=(
        r"(?:der|die|des|dem) (?:autor(?:in|s)?|verfasser(?:in|s)?|erzähler(?:in|s)?|sprecher(?:in|s)?) (?:sagt|meint|behauptet|argumentiert|beschreibt|erwähnt|erklärt|glaubt|nennt|betont|vertritt|zufolge|mit|über)",
        r"(?:meint|sagt|behauptet|beschreibt|will|nennt|vertritt) (?:der autor|die autorin|der verfasser|die verfasserin|der erzähler)", r"(?:meinung|absicht|haltung|ton) (?:des autors|der autorin|des verfassers)",
    ),
    source=(
        rf"(?:{_THE}|laut|im|aus dem|vom|zum) (?:obigen |gegebenen |vorliegenden )?(?:fakten(?:blatt(?:e?s)?|sammlung|übersicht|liste)|informationsblatt(?:e?s)?|(?:konzept|begriffs)-?(?:karte|netz|landkarte)|concept-?map|mind-?map|themenabriss(?:es)?)(?! (?:de[rs]|von) (?-i:[A-ZÄÖÜ]))",
        rf"(?:laut|gemäß|nach|anhand|aufgrund) (?:{_THE} )?(?:notizen|unterlagen|stichpunkten?|aufzeichnungen|eckdaten|vergleichstabelle|problemlage|materialien)", rf"laut (?:{_THE} )?material",
        r"(?:das|dem|im|die|den) (?:obigen?|vorliegenden?|gegebenen?|bereitgestellten?|angegebenen?) (?:material(?:s|ien)?|notizen|unterlagen|stichpunkten?|aufzeichnungen|eckdaten)",
        r"(?:das material|die (?:notizen|unterlagen|stichpunkte|aufzeichnungen|eckdaten)) (?:sagt|sagen|erwähnt|erwähnen|nennt|nennen|besagt|besagen|oben)",
        r"in den (?:notizen|unterlagen|stichpunkten|aufzeichnungen) (?:steht|stehen|heißt|wird|werden|erwähnt\w*|genannt\w*|angegeben\w*)", r"im material (?:steht|heißt|erwähnt\w*|genannt\w*|angegeben\w*)",
    ),
    papers=(
        r"(?-i:[A-ZÄÖÜ][\w-]+?)(?:s|['’]) (?:notizen|aufzeichnungen|protokoll|faktenblatt|stichpunkte)", r"(?:notizen|aufzeichnungen|protokoll(?:e|s)?) von (?-i:[A-ZÄÖÜ][\w-]+)",
    ),
    workshop=(
        r"(?:de[mnrs]|die|das|dieser?) (?:originaltext(?:e?s)?|ausgangstext(?:e?s)?|quelltext(?:e?s)?|seed-?text|umgeschriebenen? {N}|überarbeitete[nrs]? {N}|generierte[nrs]? {N}|ursprüngliche[nrs]? (?:text|passage|frage|aufgabe)\w*)(?! (?:de[rs]|von)\b)",
        r"diese[rs]? (?:\w+ )?(?:text|passage|frage) wurde (?:automatisch |künstlich )?(?:generiert|umgeschrieben|erzeugt|erstellt)", r"lösungsschlüssel", r"antwortschlüssel",
        r"als (?:prüfungs|test|aufgaben)(?:autor|ersteller)(?:in)?", r"distraktor(?:en)?", r"(?:option|antwort) (?-i:[A-H]) ?[\[(](?:richtig|korrekt)[\])]", r"der (?:nutzer|benutzer) (?:möchte|will|fragt|bittet)",
        r"(?:überarbeitete|umgeschriebene) (?:frage|aufgabe|anweisung|passage|version)\s*:",
    ),
    refusal=(
        r"als (?:eine? )?(?:ki|künstliche intelligenz|(?:großes )?sprachmodell|ki-(?:sprachmodell|modell|assistent(?:in)?))(?=,| (?:kann|habe|bin|darf) ich)",
        r"ich bin (?:nur |lediglich )?(?:eine? )?(?:ki|künstliche intelligenz|sprachmodell|ki-\w+)", r"meine(?:n|r)? trainingsdaten",
        r"(?:es tut mir leid|tut mir leid|entschuldigung|leider)[,.]? (?:aber )?(?:ich kann|kann ich)(?: \w+){0,4} nicht (?:helfen|beantworten|erfüllen|unterstützen|dienen)", r"ich kann (?:dir |ihnen )?(?:dabei|damit|bei dieser anfrage) (?:leider )?nicht (?:helfen|dienen)",
    ),
    preamble=(
        r"(?:klar|natürlich|gerne?|sicher|selbstverständlich|okay|alles klar)\b[!,.:– -]{1,3}(?:hier|ich|im folgenden|unten)",
        r"hier (?:ist|sind|kommt) (?:der|die|das|eine?|deine?|ihre?)\b[^.!?\n]{0,60}?(?:text|fassung|version|antwort|zusammenfassung|liste|übersetzung|gedicht|geschichte|tabelle|passage|beispiel|entwurf|e-?mail)\w*[^.!?\n]{0,40}:",
        r"(?:das ist )?eine (?:gute|tolle|interessante|spannende) frage",
    ),
    closing=(
        r"ich hoffe,? (?:das|dies|es) (?:hilft|war hilfreich|beantwortet)", r"lass(?:en sie)? (?:es )?mich (?:gerne? )?wissen", r"(?:wenn|falls|solltest|sollten) (?:du|sie) (?:noch )?(?:weitere |mehr )?(?:fragen|hilfe|informationen)",
        r"melde dich gerne?", r"kann ich (?:dir|ihnen) (?:sonst )?noch (?:weiter)?helfen", r"soll ich (?:dir|ihnen|noch|den|die|das)",
    ),
    note=(r"^\W{0,4}(?:hinweis|anmerkung)\W{0,4}:?\W{0,4}(?:ich habe|diese[rs]? (?:text|fassung|version|antwort|übersetzung)|der (?:obige|ursprüngliche) text|in dieser)", r"ich habe (?:den text|die passage|den stil|alle|darauf geachtet|versucht)", r"^\W{0,4}wortzahl\s*:"),
    hole=("ihr", "ihre", "dein", "deine", "name", "vorname", "nachname", "datum", "ort", "stadt", "adresse", "einfügen", "betrag", "firma", "unternehmen", "empfänger", "absender", "telefonnummer", "hier"),
    yes=("ja",), no=("nein",), true=("wahr", "richtig", "korrekt", "stimmt"), false=("falsch", "unwahr", "unrichtig", "stimmt nicht"),
    answer=("antwort", "richtige antwort", "richtig ist", "korrekte antwort", "lösung", "option"),
    rejects=("(?:ist|sind|wäre) (?:\\w+ )?(?:falsch|nicht|unwahrscheinlich|ausgeschlossen)", "scheidet aus", "kann nicht", "trifft nicht"),
    reconsiders=("bei (?:näherer|genauerer|erneuter|nochmaliger) (?:überlegung|betrachtung|prüfung)", "nach (?:kurzem|nochmaligem|erneutem) (?:nachdenken|überlegen)", "(?:moment|halt|stopp|nein)(?=\\s?[,.!:…–—-])", "korrektur(?=:)", "ich (?:muss mich (?:korrigieren|berichtigen)|korrigiere mich|nehme (?:das|es) zurück|habe mich (?:geirrt|vertan))", "wenn ich es (?:recht|noch einmal) (?:bedenke|überlege)"),
    prefers=("(?:ist|passt|trifft es)(?: (?:doch|aber|eher|wohl|eigentlich))* (?:die |das )?(?:besser\\w*|richtiger?|beste|treffender)(?: (?:antwort|wahl|option|lösung))?(?=\\s*\\Z)",),
    reckons=("insgesamt", "zusammen", "summe", "differenz", "durchschnitt\\w*", "im schnitt", "pro", "je", "mehr", "weniger", "jahre?n?", "monate?n?", "tage?n?", "stunden", "minuten", "prozent\\w*", "hälfte", "doppelt\\w*", "dreifach\\w*", "anstieg", "rückgang", "übrig", "rund", "etwa", "länger", "kürzer", "höher", "niedriger", "später", "früher", "zwischen", "nach", "gesamt\\w*", "anteil"),
    idle_counts=("(?:\\w+ )?(?:gründen?|punkten?|schritten?|beispielen?|teilen?|sätzen?|absätzen?|möglichkeiten|faktoren|aspekten?|abschnitten?|arten|fragen|antworten|wörtern?|zeilen|dinge)",),
    hedges=("kann", "könnte", "vielleicht", "meist", "meistens", "oft", "manchmal", "häufig", "in der regel", "üblicherweise", "möglicherweise", "wahrscheinlich", "teilweise", "überwiegend"),
    negations=("nicht", "kein\\w*", "nie", "niemals", "ohne", "weder"),
    all_above=("(?:alle|keine)[sr]? (?:der|von) (?:oben genannten|genannten|den (?:obigen|genannten)|obigen|vorherigen|antworten|diesen)", "alle genannten", "beides", "alle antworten", "[A-H] und [A-H]"),
)  # fmt: skip
