"""Spanish."""

# ruff: noqa: E501  # rows of data

from teams.engine.checks.phrases.table import Table

_THE = r"(?:el|la|los|las|este|esta|ese|esa|dicho)"

TABLE = Table(
    nouns=("textos?", "pasajes?", "artículos?", "fragmentos?", "extractos?", "documentos?", "párrafos?", "lectura"),
    things=("tablas?", "listas?", "ejemplos?", "figuras?", "código", "conversación", "información", "datos", "imagen", "carta", "historia", "enunciados?"),
    introduced=("una?", "mi", "nuestr[oa]", "tu", "su", "cada", "dos", "unos"),
    elsewhere=(
        rf"(?:según|de acuerdo con|conforme a) {_THE} {{N}}", rf"(?:mencionad|descrit|indicad|citad|presentad|señalad|dad|explicad)[oa]s? (?:en|por) {_THE} {{N}}",
        rf"(?:en|de) {_THE} {{N}}(?=[.,;:?!»]|$| (?:anterior|se|es|son)\b)", r"del (?:texto|pasaje|artículo|fragmento|documento)(?=[.,;:?!]|$)",
        rf"(?:basándo(?:se|te)|basad[oa]s?|con base|a partir|basándonos) (?:únicamente |solo )?(?:en|de|del) ?(?:{_THE} )?(?:{{N}}|información (?:proporcionada|dada))",
        r"(?:el|este) (?:texto|pasaje|artículo|fragmento|documento|párrafo) (?:dice|menciona|describe|indica|sugiere|afirma|explica|señala|presenta|no (?:dice|menciona|indica))",
        rf"{_THE} {{T}} (?:proporcionad|dad|adjunt|suministrad|facilitad)[oa]s?", r"al {N} (?:proporcionado|dado)",
    ),
    above=(r"(?:mencionad|descrit|indicad|citad)[oa]s? (?:arriba|más arriba|anteriormente)", r"{T} (?:anterior|de arriba)", r"ver arriba"),
    below=(r"{T} (?:siguiente|de abajo|a continuación)", r"(?:el|la|los|las) siguientes? {T}", r"ver (?:más )?abajo"),
    numbered=(r"(?:ver|véase|en|según|de) (?:la |el )?(?:figura|fig\.|tabla|cuadro|capítulo|sección|apéndice|anexo|página) \d+(?:\.\d+)*(?! de(?:l| la)?\b)", r"la (?:figura|tabla) \d+ (?:muestra|presenta|ilustra)"),
    author=(
        r"(?:el autor|la autora|el narrador|la narradora|el escritor|la escritora) (?:dice|afirma|sostiene|describe|explica|menciona|piensa|cree|sugiere|señala|opina|utiliza|considera|quiere)", r"según (?:el autor|la autora|el narrador)",
        r"(?:opinión|tono|intención|punto de vista|propósito) (?:del autor|de la autora|del narrador)",
    ),
    source=(
        rf"(?:{_THE}|del|al) (?:hoja de (?:datos|hechos)|ficha (?:informativa|de datos|técnica)|mapa (?:conceptual|mental)|dosier informativo)(?! (?:del?|de la) (?-i:[A-ZÁÉÍÓÚÑ]))",
        r"(?:según|de acuerdo con|con base en|a partir de) (?:las notas|los apuntes|la ficha|el mapa conceptual|la tabla comparativa)", r"(?:según|de acuerdo con) el material(?=,| (?:proporcionado|dado|facilitado|anterior))",
        r"(?:mencionad|descrit|indicad|citad|recogid)[oa]s? en (?:las notas|los apuntes|la ficha|el material)(?=[.,;:?!]|$)", r"(?:las notas|los apuntes) (?:dicen|mencionan|indican|señalan|anteriores|proporcionad[oa]s)", r"el material (?:dice|menciona|anterior|proporcionado(?! (?:por|a|para)))",
    ),
    papers=(r"(?:las notas|los apuntes|el cuaderno|las actas) de (?-i:[A-ZÁÉÍÓÚÑ][\w-]+)",),
    workshop=(
        r"(?:el|del|al|este) (?:texto|pasaje|fragmento) (?:original|fuente|de origen|reescrito|modificado|generado)(?! del?\b)", r"este (?:texto|pasaje|fragmento) (?:fue|ha sido) (?:generado|reescrito|modificado|creado)", r"clave de respuestas?", r"distractores?",
        r"como (?:redactor|creador|diseñador) de (?:exámenes|ítems|preguntas)", r"(?:opción|respuesta) (?-i:[A-H]) ?[\[(](?:correcta)[\])]", r"el usuario (?:quiere|pide|solicita|desea)", r"(?:pregunta|instrucción|versión) (?:reescrita|modificada|revisada)\s*:", r"(?:pasaje|texto) (?:reescrito|modificado|revisado)\s*:",
    ),
    refusal=(
        r"como (?:una? )?(?:ia|inteligencia artificial|modelo de lenguaje|asistente (?:de ia|virtual))(?=,| no | de )", r"(?:solo )?soy (?:solo )?una? (?:ia|inteligencia artificial|modelo de lenguaje|asistente virtual)", r"mis datos de entrenamiento",
        r"(?:lo siento|lamento|disculpa|me temo)[^.\n]{0,20}?,? (?:pero )?no puedo (?:ayudarte|ayudarle|ayudar|responder|cumplir|proporcionar|realizar)", r"no puedo ayudar(?:te|le)? con (?:eso|esa|esta)(?: solicitud| petición)?",
    ),
    preamble=(
        r"¡?(?:claro(?: que sí)?|por supuesto|desde luego|con gusto|de acuerdo|seguro|cómo no)\b[!,.:– -]{1,3}(?:aquí|a continuación|te |le |este|puedo)",
        r"(?:aquí (?:tienes?|está|están|va)|este es|a continuación se presenta) (?:el|la|los|las|una?|tu|su)\b[^.!?\n]{0,60}?(?:texto|versión|respuesta|resumen|lista|traducción|poema|historia|tabla|pasaje|ejemplo|paráfrasis|correo|carta)s?\b[^.!?\n]{0,40}:", r"¡?(?:qué )?(?:excelente|buena|gran) pregunta",
    ),
    closing=(r"espero que (?:esto|eso|te|le) (?:te |le )?(?:ayude|sirva|sea útil|haya sido útil)", r"no dudes en", r"no dude en", r"si (?:tienes?|necesitas?) (?:alguna |más |otra |cualquier )(?:otra )?(?:preguntas?|duda|información|ayuda)", r"(?:avísame|házmelo saber|hágamelo saber)", r"¿?(?:te gustaría|quieres) que"),
    note=(r"^\W{0,4}nota\W{0,4}:?\W{0,4}(?:he |est[ea] (?:texto|versión|respuesta|traducción)|el texto|en esta versión)", r"he (?:mantenido|conservado|reemplazado|intentado|procurado|reescrito|preservado) (?:el|la|los|las|que|tod[oa]s)", r"^\W{0,4}(?:número|recuento) de palabras\s*:"),
    hole=("tu", "su", "nombre", "apellidos?", "fecha", "ciudad", "dirección", "insertar?", "inserte", "importe", "empresa", "destinatario", "remitente", "número", "lugar", "teléfono"),
    yes=("sí", "si"), no=("no",), true=("verdadero", "cierto", "correcto"), false=("falso", "incorrecto"),
    answer=("respuesta", "respuesta correcta", "opción correcta", "opción", "elección"),
    rejects=("(?:es|son|sería) (?:\\w+ )?(?:falsa?s?|incorrect[oa]s?|errónea?s?|improbable)", "no (?:es|son|puede|corresponde)", "queda descartada"),
    reconsiders=("pensándolo (?:bien|mejor)", "tras (?:pensarlo|reflexionar)", "(?:espera|un momento)(?=\\s?[,.!:…–—-])", "corrección(?=:)", "(?:me corrijo|rectifico|me he equivocado|me equivoqué)", "bien mirado"),
    prefers=("(?:es|encaja|responde)(?: (?:en realidad|más bien))? (?:la |el )?(?:mejor|más (?:correct[oa]|exact[oa]|precis[oa]|adecuad[oa]))(?: (?:respuesta|opción))?(?=\\s*\\Z)",),
    reckons=("en total", "total", "juntos", "suma", "diferencia", "promedio", "media", "por", "cada", "más", "menos", "años?", "meses", "días?", "horas?", "minutos?", "por ciento", "porcentaje", "mitad", "doble", "triple", "aument\\w*", "dismin\\w*", "quedan?", "entre", "después", "durante", "unos"),
    idle_counts=("(?:razones|puntos?|pasos?|ejemplos?|partes|frases|oraciones|párrafos?|maneras|formas|factores|aspectos?|secciones|preguntas?|respuestas?|palabras|líneas|tipos?)(?: \\w+)?",),
    hedges=("puede", "podría", "a veces", "a menudo", "generalmente", "normalmente", "probablemente", "quizás?", "suele", "por lo general"),
    negations=("no", "nunca", "ningun[oa]?", "ningún", "sin", "ni", "jamás"),
    all_above=("(?:todas|todos|ninguna|ninguno|ambas)(?: (?:las|los|de las|de los) (?:anteriores|opciones|respuestas))?", "[A-H] y [A-H]"),
)  # fmt: skip
