"""Dutch."""

# ruff: noqa: E501  # rows of data

from teams.engine.checks.phrases.table import Table

_THE = r"(?:de|het|deze|dit|die|dat)"

TABLE = Table(
    nouns=("tekst", "teksten", "passages?", "artikel", "artikelen", "fragment", "tekstfragment", "uittreksel", "document", "alinea", "leestekst"),
    things=("tabel", "lijst", "voorbeeld", "figuur", "code", "gesprek", "informatie", "gegevens", "afbeelding", "brief", "verhaal", "uitspraken"),
    introduced=("een", "mijn", "ons", "onze", "jouw", "uw", "elke?", "twee"),
    elsewhere=(
        rf"(?:volgens|blijkens) {_THE} (?:bovenstaande |gegeven |onderstaande )?{{N}}", rf"(?:in|door) {_THE} (?:bovenstaande |gegeven )?{{N}} (?:genoemd|beschreven|vermeld|aangegeven|gesteld|uitgelegd)\w*",
        rf"(?:genoemd|beschreven|vermeld|aangegeven|uitgelegd) (?:in|door) {_THE} {{N}}", rf"in {_THE} (?:gegeven |bovenstaande )?{{N}}(?=[.,;:?!]|$| (?:staat|wordt|worden|is|zijn)\b)",
        rf"(?:op basis van|gebaseerd op|aan de hand van|uit) {_THE} (?:gegeven |bovenstaande |verstrekte )?(?:{{N}}|verstrekte informatie|gegeven informatie)",
        r"(?:de|het|deze|dit) (?:tekst|passage|artikel|fragment|document|alinea) (?:zegt|noemt|vermeldt|beschrijft|stelt|suggereert|beweert|legt uit|geeft aan)", rf"{_THE} (?:gegeven|verstrekte|bijgevoegde|aangeleverde) {{T}}",
        rf"van {_THE} {{N}}(?=[.,;:?!]|$)",
    ),
    above=(r"(?:hierboven|eerder|bovenstaand) (?:genoemd|beschreven|vermeld|aangegeven)\w*", r"(?:de|het) bovenstaande {T}", r"{T} hierboven", r"zie (?:hier)?boven"),
    below=(r"(?:de|het) (?:volgende|onderstaande) {T}", r"{T} hieronder", r"zie (?:hier)?onder"),
    numbered=(r"(?:zie|in|volgens|uit) (?:figuur|fig\.|tabel|hoofdstuk|paragraaf|sectie|bijlage|pagina) \d+(?:\.\d+)*(?! van\b)", r"(?:figuur|tabel) \d+ (?:toont|laat)"),
    author=(
        r"(?:de|deze) (?:auteur|schrijver|schrijfster|verteller) (?:zegt|stelt|beweert|beschrijft|noemt|legt|denkt|gelooft|suggereert|benadrukt|vindt|bedoelt|gebruikt)", r"volgens de (?:auteur|schrijver|schrijfster|verteller)", r"(?:mening|toon|bedoeling|standpunt) van de (?:auteur|schrijver|verteller)",
        r"(?:bedoelt|zegt|vindt|stelt|wil) de (?:auteur|schrijver|verteller)",
    ),
    source=(
        rf"{_THE} (?:bovenstaande |gegeven |verstrekte )?(?:feiten(?:blad|overzicht|lijst)|informatieblad|factsheet|begrippenkaart|conceptmap|mindmap)(?! van (?:de |het )?(?-i:[A-Z]))",
        r"volgens (?:de|deze) (?:notities|aantekeningen|gegevens uit de notities)", r"volgens (?:het|dit) materiaal",
        r"(?:genoemd|beschreven|vermeld|gegeven) in (?:de (?:notities|aantekeningen)|het materiaal)", r"(?:de|deze) (?:notities|aantekeningen) (?:zeggen|vermelden|noemen|hierboven)", r"het (?:bovenstaande |gegeven |verstrekte )materiaal", r"het materiaal (?:hierboven|vermeldt|zegt|noemt)",
    ),
    papers=(
        r"(?-i:[A-Z][\w-]+?)(?:['’]?s|['’]) (?:notities|aantekeningen|notulen|logboek)", r"(?:notities|aantekeningen|notulen) van (?-i:[A-Z][\w-]+)",
    ),
    workshop=(
        r"(?:de|deze) (?:originele|oorspronkelijke|herschreven|aangepaste|gegenereerde|bewerkte) (?:tekst|passage|alinea|vraag|instructie)(?! van\b)", r"(?:de )?brontekst", r"deze (?:tekst|passage|vraag) is (?:gegenereerd|herschreven|aangepast|gemaakt)", r"antwoordsleutel", r"antwoordmodel", r"afleiders",
        r"(?:optie|antwoord) (?-i:[A-H]) ?[\[(](?:juist|correct|goed)[\])]", r"de gebruiker (?:wil|vraagt|wenst)", r"(?:herschreven|aangepaste|herziene) (?:vraag|instructie|versie|passage|tekst)\s*:", r"als (?:toets|examen)maker",
    ),
    refusal=(
        r"als (?:een )?(?:ai|kunstmatige intelligentie|taalmodel|ai-(?:taalmodel|model|assistent))(?=,| (?:kan|heb|ben) ik)", r"ik ben (?:slechts |maar )?een (?:ai|taalmodel|kunstmatige intelligentie|ai-\w+)", r"mijn trainingsgegevens",
        r"(?:het spijt me|sorry|helaas),? (?:maar )?(?:ik kan|kan ik)(?: \w+){0,4} niet (?:helpen|beantwoorden|voldoen)", r"ik kan (?:je|u) (?:hier|daar)(?: helaas)? niet (?:mee |bij )?helpen",
    ),
    preamble=(
        r"(?:zeker|natuurlijk|uiteraard|graag|prima|oké|vanzelfsprekend)\b[!,.:– -]{1,3}(?:hier|hieronder|ik)",
        r"hier (?:is|zijn|volgt) (?:de|het|een|je|uw)\b[^.!?\n]{0,60}?(?:tekst|versie|antwoord|samenvatting|lijst|vertaling|gedicht|verhaal|tabel|passage|voorbeeld|parafrase|e-?mail|brief)\w*[^.!?\n]{0,40}:", r"(?:dat is een )?(?:goede|uitstekende|interessante) vraag ?[!.]",
    ),
    closing=(r"ik hoop dat (?:dit|dat|het) (?:helpt|nuttig is|je helpt)", r"laat (?:het )?me (?:gerust )?weten", r"aarzel niet om", r"(?:als|mocht) (?:je|u) (?:nog )?(?:meer |andere |verdere )?(?:vragen|hulp|informatie)", r"(?:wil|wilt) (?:je|u) dat ik", r"kan ik (?:je|u) (?:nog )?(?:ergens )?(?:anders )?mee helpen"),
    note=(r"^\W{0,4}(?:opmerking|let op|noot)\W{0,4}:?\W{0,4}(?:ik heb|deze (?:tekst|versie|vertaling)|dit (?:antwoord|is)|de tekst|in deze versie)", r"ik heb (?:de tekst|de stijl|alle|ervoor gezorgd|geprobeerd|de passage)", r"^\W{0,4}aantal woorden\s*:"),
    hole=("je", "jouw", "uw", "naam", "voornaam", "achternaam", "datum", "plaats", "stad", "adres", "invoegen", "bedrag", "bedrijf", "ontvanger", "afzender", "nummer", "telefoonnummer", "vul"),
    yes=("ja",), no=("nee", "neen"), true=("waar", "juist", "correct", "goed"), false=("onwaar", "onjuist", "fout", "niet waar"),
    answer=("antwoord", "juiste antwoord", "goede antwoord", "correcte antwoord", "optie", "keuze"),
    rejects=("(?:is|zijn|zou) (?:\\w+ )?(?:fout|onjuist|niet|onwaarschijnlijk|uitgesloten)", "valt af", "kan niet", "klopt niet"),
    reconsiders=("bij nader inzien", "(?:wacht|nee)(?=\\s?[,.!:…–—-])", "correctie(?=:)", "ik (?:heb me vergist|kom daarop terug|corrigeer mezelf)", "goed beschouwd"),
    prefers=("(?:is|past)(?: (?:toch|eigenlijk))? (?:het |de )?(?:beter\\w*|beste|juister)(?: (?:antwoord|keuze|optie))?(?=\\s*\\Z)",),
    reckons=("in totaal", "totaal", "samen", "som", "verschil", "gemiddeld\\w*", "per", "elk", "meer", "minder", "jaar", "jaren", "maanden?", "dagen", "uur", "minuten", "procent", "percentage", "helft", "dubbel\\w*", "stijging", "daling", "over", "ongeveer", "tussen", "na", "later", "eerder"),
    idle_counts=("(?:\\w+ )?(?:redenen|punten|stappen|voorbeelden|delen|zinnen|alinea['’]s|manieren|factoren|aspecten|vragen|antwoorden|woorden|regels|soorten)",),
    hedges=("kan", "zou kunnen", "misschien", "vaak", "soms", "meestal", "doorgaans", "gewoonlijk", "waarschijnlijk", "mogelijk"),
    negations=("niet", "geen", "nooit", "zonder", "noch"),
    all_above=("(?:alle|geen)(?: van)? (?:de )?(?:bovenstaande|genoemde|antwoorden|opties)", "beide", "[A-H] en [A-H]"),
)  # fmt: skip
