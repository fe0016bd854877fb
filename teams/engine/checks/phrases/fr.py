"""French."""

# ruff: noqa: E501  # rows of data

from teams.engine.checks.phrases.table import Table

_THE = r"(?:le |la |les |l['’]|ce |cet |cette |ces )"

TABLE = Table(
    nouns=("textes?", "passages?", "articles?", "extraits?", "documents?", "paragraphes?", "récits?"),
    things=("tableaux?", "listes?", "exemples?", "figures?", "code", "conversation", "informations", "données", "images?", "lettres?", "histoires?", "énoncés?"),
    introduced=("une?", "mon", "ma", "notre", "votre", "ton", "chaque", "deux", "quelques"),
    elsewhere=(
        rf"(?:selon|d['’]après|suivant|conformément (?:à|au)) (?:{_THE})?{{N}}", r"d['’]après le[s]? {N}",
        rf"(?:mentionnée?s?|décrite?s?|indiquée?s?|cités?|présentée?s?|évoquée?s?|donnée?s?|expliquée?s?) (?:dans|par) {_THE}{{N}}",
        rf"(?:dans|de) {_THE}{{N}}(?=[.,;:?!»]|$| (?:est|sont|il|elle|on|quels?|quelles?|qui|ci-dessus)\b| ?[?!])", r"du (?:texte|passage|document|extrait)(?=[.,;:?!]|$| ?[?!])",
        rf"(?:basée?s?|en (?:te |vous |se )?basant|fondée?s?|en (?:te |vous |se )?fondant|en (?:te |vous )?appuyant|à partir) (?:uniquement )?(?:sur|de) (?:{_THE}{{N}}|les informations (?:fournies|données))",
        r"(?:le|ce|l['’]|cet) ?(?:texte|passage|article|extrait|document|paragraphe) (?:dit|mentionne|décrit|indique|suggère|affirme|explique|précise|évoque|présente|souligne|ne (?:dit|mentionne|précise))",
        r"(?:le|la|les|l['’]) ?{T} (?:fourni|donné|ci-joint|joint)e?s?", r"(?:au|du) (?:texte|passage|document) (?:fourni|donné|ci-joint)",
    ),
    above=(r"(?:mentionnée?s?|décrite?s?|indiquée?s?|citée?s?) (?:ci-dessus|plus haut|précédemment)", r"{T} ci-dessus", r"voir ci-dessus"),
    below=(r"{T} (?:ci-dessous|ci-après)", r"(?:le|la|les|l['’]) ?{T} suivante?s?", r"voir ci-dessous"),
    numbered=(r"(?:voir|dans|selon|d['’]après|à) (?:la |le |l['’])?(?:figure|fig\.|tableau|chapitre|section|annexe|page) \d+(?:\.\d+)*(?! (?:d[ue]|des)\b)", r"(?:la figure|le tableau) \d+ (?:montre|présente|illustre)"),
    author=(
        r"(?:l['’]auteure?|l['’]autrice|le narrateur|la narratrice|l['’]écrivaine?) (?:dit|affirme|soutient|décrit|explique|mentionne|pense|suggère|souligne|estime|utilise|évoque|considère|veut)",
        r"(?:pense|dit|veut|décrit|affirme|entend) l['’](?:auteure?|autrice)", r"selon (?:l['’]auteure?|l['’]autrice|le narrateur)", r"(?:opinion|avis|ton|intention|point de vue) de l['’](?:auteure?|autrice)",
    ),
    source=(
        rf"{_THE}(?:fiche (?:d['’]information|de faits|factuelle|documentaire|synthétique)|carte (?:conceptuelle|mentale)|dossier (?:documentaire|d['’]information))", r"(?:de la|à la) (?:fiche (?:d['’]information|de faits|factuelle)|carte (?:conceptuelle|mentale))",
        r"(?:selon|d['’]après) (?:les |ces |la |cette |le |ce )?(?:notes|fiche|tableau comparatif|données de la fiche)", r"(?:selon|d['’]après) le (?:matériel|matériau|support)(?=,| (?:fourni|donné|ci-dessus))",
        r"(?:mentionnée?s?|décrite?s?|indiquée?s?|cités?|données?) dans (?:les notes|la fiche|le matériel|le support)(?=[.,;:?!]|$| ?[?!])", r"les notes (?:disent|mentionnent|indiquent|précisent|ci-dessus|fournies)", r"la fiche (?:dit|mentionne|indique|précise|ci-dessus|fournie)", r"le (?:matériel|support) (?:ci-dessus|fourni(?! (?:par|à|avec))|mentionne)",
    ),
    papers=(r"(?:les|des|aux|ces) (?:notes|carnets|comptes rendus) (?:de |d['’])(?-i:[A-ZÀ-Þ][\w-]+)",),
    workshop=(
        r"(?:le|du|au|ce) (?:texte (?:original|source|d['’]origine|réécrit|modifié|généré)|passage (?:original|réécrit|modifié|généré))(?! (?:de|du|des)\b)",
        r"ce (?:texte|passage) a été (?:généré|réécrit|modifié|créé)", r"(?:le |la |du )?corrigé type", r"clé de réponse", r"distracteurs?", r"en tant que? (?:concepteur|rédacteur) d['’](?:examen|items?)",
        r"(?:option|réponse) (?-i:[A-H]) ?[\[(](?:correcte?|juste|bonne réponse)[\])]", r"l['’]utilisateur (?:veut|demande|souhaite|voudrait)", r"(?:question|consigne|passage|version) (?:réécrite?|modifiée?|révisée?)\s*:",
    ),
    refusal=(
        r"en tant qu['’](?:ia|intelligence artificielle|assistante? (?:ia|virtuel(?:le)?)|modèle (?:de langage|linguistique))", r"en tant que (?:grand )?modèle de langage", r"je (?:ne )?suis (?:qu['’])?une? (?:ia|intelligence artificielle|modèle de langage|assistant virtuel)",
        r"mes données d['’]entraînement", r"(?:désolée?|je regrette),? (?:mais )?je ne (?:peux|suis) pas (?:en mesure (?:de |d['’]))?(?:vous |t['’])?(?:répondre|aider|accéder|satisfaire|fournir)",
        r"je ne (?:peux|puis) pas (?:vous |t['’])?aider (?:avec|à) (?:cela|ça|cette demande)",
    ),
    preamble=(
        r"(?:bien sûr|certainement|d['’]accord|avec plaisir|absolument|volontiers)\b ?[!,.:– -]{1,3}(?:voici|je|ci-dessous|voilà)",
        r"(?:voici|voilà) (?:le|la|les|l['’]|une?|votre|ton|ta|des)\b[^.!?\n]{0,60}?(?:texte|version|réponse|résumé|liste|traduction|poème|histoire|tableau|passage|exemple|paraphrase|e-?mail|lettre)s?\b[^.!?\n]{0,40}:",
        r"(?:c['’]est une |quelle )?(?:excellente|bonne|très bonne|belle) question ?[!.]",
    ),
    closing=(r"j['’]espère que (?:cela|ça|ceci) (?:vous |t['’])?(?:aide|sera utile|répond)", r"n['’]hésite(?:z)? pas à", r"si vous avez (?:d['’]autres|des|besoin) (?:de )?(?:questions?|plus)?", r"(?:faites|fais)[- ]le[- ]moi savoir", r"souhaite(?:z-vous|s-tu) que je", r"puis-je vous aider"),
    note=(r"^\W{0,4}(?:note|remarque)\W{0,4}:?\W{0,4}(?:j['’]ai|cette? (?:texte|version|réponse|traduction)|le texte|dans cette version)", r"j['’]ai (?:conservé|gardé|préservé|remplacé|veillé|essayé|réécrit|reformulé) (?:le|la|les|l['’]|à|de|tous|toutes)", r"^\W{0,4}nombre de mots\s*:"),
    hole=("votre", "ton", "ta", "nom", "prénom", "date", "ville", "adresse", "insérer", "insérez", "montant", "entreprise", "destinataire", "expéditeur", "numéro", "lieu"),
    yes=("oui",), no=("non",), true=("vrai", "correct", "exact"), false=("faux", "incorrect", "inexact"),
    answer=("réponse", "bonne réponse", "réponse correcte", "option", "choix"),
    rejects=("(?:est|sont|serait) (?:\\w+ )?(?:fausse?s?|incorrecte?s?|erronée?s?|exclue?s?|improbable)", "n['’]est pas", "ne (?:peut|convient|correspond)"),
    reconsiders=("(?:à la|après) (?:mûre )?réflexion(?=,)", "réflexion faite", "(?:attendez|attends|non)(?=\\s?[,.!:…–—-])", "correction(?=\\s?:)", "je (?:me (?:corrige|reprends|suis trompée?)|reviens sur)", "tout bien (?:pesé|considéré)"),
    prefers=("(?:est|convient|correspond)(?: (?:en fait|finalement|plutôt|bien))? (?:la )?(?:meilleure?|mieux|plus (?:juste|exacte?|précise?))(?: (?:réponse|option|choix))?(?=\\s*\\Z)",),
    reckons=("(?:au|en) total", "ensemble", "somme", "différence", "moyenne", "par", "chacune?", "plus", "moins", "ans?", "années?", "mois", "jours?", "heures?", "minutes?", "pour ?cent", "pourcentage", "moitié", "double", "triple", "augment\\w*", "hausse", "baisse", "reste\\w*", "entre", "après", "pendant", "durée?", "part", "environ"),
    idle_counts=("(?:raisons?|points?|étapes?|exemples?|parties|phrases?|paragraphes?|façons?|manières?|facteurs?|aspects?|sections?|questions?|réponses?|mots|lignes?|types?)(?: \\w+)?",),
    hedges=("peut", "pourrait", "parfois", "souvent", "généralement", "habituellement", "probablement", "peut-être", "en général", "tend à", "surtout"),
    negations=("ne", "n['’]\\w+", "pas", "aucune?", "jamais", "sans", "ni"),
    all_above=("(?:toutes?|tous|aucune?) (?:les |des |de ces )?(?:réponses|options|propositions)?(?: ci-dessus| précédentes)?", "les deux", "[A-H] et [A-H]"),
)  # fmt: skip
