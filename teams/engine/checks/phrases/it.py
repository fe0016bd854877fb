"""Italian."""

# ruff: noqa: E501  # rows of data

from teams.engine.checks.phrases.table import Table

_THE = r"(?:il |lo |la |l['’]|questo |questa |quest['’])"

TABLE = Table(
    nouns=("testo", "testi", "brano", "brani", "passaggio", "passo", "articolo", "estratto", "documento", "paragrafo"),
    things=("tabella", "elenco", "lista", "esempio", "figura", "codice", "conversazione", "informazioni", "dati", "immagine", "lettera", "storia", "affermazioni"),
    introduced=("un", "un[oa]", "mio", "mia", "nostr[oa]", "tuo", "tua", "ogni", "due"),
    elsewhere=(
        rf"(?:secondo|stando a) {_THE}{{N}}", r"(?:in base|stando|conformemente) (?:al|all['’]|alla|allo) ?{N}",
        r"(?:menzionat|descritt|indicat|citat|presentat|riportat|spiegat)[oaie] (?:nel|nell['’]|dal|dall['’]|nello) ?{N}",
        r"(?:nel|nell['’]|dal|del|dell['’]) ?{N}(?=[.,;:?!»]|$| (?:si|è|sono|precedente)\b)",
        r"(?:in base|sulla base|basandoti|basandosi) (?:alle|delle|sulle|sul|al) (?:informazioni (?:fornite|date)|{N})",
        r"(?:il|questo|l['’]) ?(?:testo|brano|passaggio|articolo|estratto|documento|paragrafo) (?:dice|menziona|descrive|indica|suggerisce|afferma|spiega|riporta|presenta|non (?:dice|menziona|specifica))",
        r"(?:il|la|le|i|l['’]|dal|nel|al) ?{T} (?:fornit|dat|allegat)[oaie]",
    ),
    above=(r"(?:menzionat|descritt|indicat|citat)[oaie] (?:sopra|in precedenza|precedentemente)", r"{T} (?:sopra|qui sopra|precedente)", r"(?:si )?ved[ai] sopra"),
    below=(r"(?:il|la|le|i|l['’]) ?seguent[ei] {T}", r"{T} (?:sotto|qui sotto|seguente)", r"ved[ai] sotto"),
    numbered=(r"(?:ved[ai]|nella|nel|secondo la|cfr\.|in) (?:la )?(?:figura|fig\.|tabella|capitolo|sezione|appendice|pagina) \d+(?:\.\d+)*(?! del)", r"la (?:figura|tabella) \d+ (?:mostra|presenta|illustra)"),
    author=(
        r"(?:l['’]autore|l['’]autrice|il narratore|la narratrice|lo scrittore) (?:dice|afferma|sostiene|descrive|spiega|menziona|pensa|crede|suggerisce|sottolinea|ritiene|usa|vuole)", r"secondo (?:l['’]autore|l['’]autrice|il narratore)",
        r"(?:opinione|tono|intenzione|punto di vista|scopo) (?:dell['’]autore|dell['’]autrice|del narratore)",
    ),
    source=(
        rf"(?:{_THE}|della |dalla |nella |alla |sulla |dell['’]|dal |nel |del )(?:scheda (?:informativa|dei fatti|di sintesi)|mappa (?:concettuale|mentale)|foglio informativo)(?! (?:del|della|di) (?-i:[A-ZÀ-Ý]))",
        r"(?:secondo|in base a|stando a) (?:gli appunti|le note|la scheda|la mappa|agli appunti|alle note)", r"(?:secondo il|in base al) materiale(?=,| (?:fornito|dato|precedente))",
        r"(?:menzionat|descritt|indicat|citat|riportat)[oaie] (?:negli appunti|nelle note|nella scheda|nel materiale)(?=[.,;:?!]|$)", r"(?:gli appunti|le note) (?:dicono|menzionano|indicano|precisano|fornit[ie])", r"il materiale (?:dice|menziona|precedente|sopra|fornito(?! (?:da|a|per|dal)))",
    ),
    papers=(r"(?:gli appunti|negli appunti|dagli appunti|le note|nelle note|il verbale|i verbali) di (?-i:[A-ZÀ-Ý][\w-]+)",),
    workshop=(
        r"(?:il|del|al|dal|nel|questo) (?:testo|brano|passaggio) (?:originale|di partenza|sorgente|riscritto|modificato|generato)(?! d(?:i|el)\b)", r"questo (?:testo|brano|passaggio) è stato (?:generato|riscritto|modificato|creato)", r"chiave di risposta", r"chiave delle risposte", r"distrattori?",
        r"(?:opzione|risposta) (?-i:[A-H]) ?[\[(](?:corretta|giusta)[\])]", r"l['’]utente (?:vuole|chiede|desidera|richiede)", r"(?:domanda|istruzione|versione) (?:riscritta|modificata|rivista)\s*:", r"come (?:redattore|autore) di (?:esami|test|quesiti)",
    ),
    refusal=(
        r"(?:in quanto|come) (?:un['’]?|una )? ?(?:ia|intelligenza artificiale|modello linguistico|modello di linguaggio|assistente (?:ia|virtuale))(?=,| non )", r"sono (?:solo |soltanto )?un['’]? ?a? ?(?:ia|intelligenza artificiale|modello linguistico|assistente virtuale)", r"i miei dati di addestramento",
        r"(?:mi dispiace|spiacente|purtroppo),? (?:ma )?non posso (?:aiutarti|aiutarla|aiutare|rispondere|fornire|soddisfare|assisterti)", r"non posso aiutarti con (?:questo|questa)(?: richiesta)?",
    ),
    preamble=(
        r"(?:certo|certamente|ovviamente|volentieri|va bene|sicuro|naturalmente)\b[!,.:– -]{1,3}(?:ecco|di seguito|posso|ti )",
        r"ecco (?:il|la|lo|l['’]|i|le|un['’]?|una|un|il tuo|la tua)\b[^.!?\n]{0,60}?(?:testo|versione|risposta|riassunto|elenco|lista|traduzione|poesia|storia|tabella|brano|esempio|parafrasi|e-?mail|lettera)\b[^.!?\n]{0,40}:", r"(?:ottima|bella|buona) domanda ?[!.]",
    ),
    closing=(r"spero che (?:questo|ciò|ti) (?:ti |sia )?(?:aiuti|utile|sia utile|sia di aiuto)", r"non esitare a", r"fammi sapere", r"se hai (?:altre|bisogno|ulteriori) (?:di )?(?:domande|aiuto|altro|informazioni)", r"(?:vuoi|desideri) che (?:io )?"),
    note=(r"^\W{0,4}nota\W{0,4}:?\W{0,4}(?:ho |quest[oa] (?:testo|versione|risposta|traduzione)|il testo|in questa versione)", r"ho (?:mantenuto|conservato|sostituito|cercato di|riscritto|preservato) (?:il|lo|la|le|i|l['’]|tutt[ie])", r"^\W{0,4}numero di parole\s*:"),
    hole=("il tuo", "la tua", "tuo", "tua", "nome", "cognome", "data", "città", "indirizzo", "inserire", "inserisci", "importo", "azienda", "destinatario", "mittente", "numero", "luogo", "telefono"),
    yes=("sì", "si"), no=("no",), true=("vero", "corretto", "giusto"), false=("falso", "errato", "sbagliato"),
    answer=("risposta", "risposta corretta", "risposta giusta", "opzione corretta", "opzione", "scelta"),
    rejects=("(?:è|sono|sarebbe) (?:\\w+ )?(?:fals[oaie]|errat[oaie]|sbagliat[oaie]|scorrett[oaie]|improbabile|esclus[oa])", "non (?:è|sono|può|corrisponde)"),
    reconsiders=("(?:ripensandoci|a ripensarci|riflettendoci)(?: (?:bene|meglio))?", "a ben (?:vedere|pensare|guardare)", "(?:aspetta|un momento)(?=\\s?[,.!:…–—-])", "correzione(?=:)", "(?:mi correggo|mi sono sbagliat[oa]|ho sbagliato)"),
    prefers=("(?:è|risponde|si adatta)(?: (?:in realtà|piuttosto))? (?:la |il )?(?:migliore?|meglio|più (?:corrett[oa]|esatt[oa]|precis[oa]|adatt[oa]))(?: (?:risposta|opzione|scelta))?(?=\\s*\\Z)",),
    reckons=("in totale", "totale", "insieme", "somma", "differenza", "media", "ogni", "ciascun[oa]", "più", "meno", "ann[oi]", "mes[ei]", "giorn[oi]", "or[ae]", "minuti", "per cento", "percentuale", "metà", "doppio", "triplo", "aument\\w*", "diminui\\w*", "restano", "tra", "dopo", "per", "circa"),
    idle_counts=("(?:ragioni|motivi|punti|passi|passaggi|esempi|parti|frasi|paragrafi|modi|fattori|aspetti|sezioni|domande|risposte|parole|righe|tipi)(?: \\w+)?",),
    hedges=("può", "potrebbe", "talvolta", "spesso", "generalmente", "di solito", "probabilmente", "forse", "in genere", "tende a"),
    negations=("non", "mai", "nessun[oa]?", "senza", "né"),
    all_above=("(?:tutte|tutti|nessuna|nessuno|entrambe)(?: (?:le|delle) (?:precedenti|risposte|opzioni))?", "[A-H] e [A-H]"),
)  # fmt: skip
