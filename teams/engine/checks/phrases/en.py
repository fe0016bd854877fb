"""English."""

# ruff: noqa: E501  # rows of data

from teams.engine.checks.phrases.table import Table

_SAID = (
    r"(?:mentioned|described|stated|noted|discussed|shown|given|listed|outlined|presented|provided|explained"
    r"|referenced|quoted|cited|depicted|portrayed|referred to|introduced|covered|used|found)"
)
_WHICH = r"(?:(?:given|provided|above|following|preceding|accompanying|attached|short|entire|whole|reading) )?"
_NOT_TEXT = (
    r"(?! (?:messages?|field|box|boxes|editor|files?|mode|area|book|input|color|colour|size|string|node|content|cursor"
    r"|format|labels?|property|elements?|layer|widget|buffer|segment|section|processor|object|model|type|of (?!the"
    r" (?:passage|text|article|story))))"
)
_BARE = r"(?:the|this|that) " + _WHICH + r"{N}" + _NOT_TEXT
_END = r"(?=[.,;:?!)\"”]|$| (?:is|are|was|does|do|did|that|which|and|to|most|best|about)\b)"

TABLE = Table(
    nouns=(
        "passages?", "texts?", "articles?", "excerpts?", "extracts?", "documents?", "paragraphs?", "snippets?",
        "transcripts?", "reading(?: material)?", "source material",
    ),
    things=(
        "code", "tables?", "lists?", "examples?", "figures?", "diagrams?", "charts?", "conversations?", "dialogues?",
        "information", "scenarios?", "data", "images?", "pictures?", "screenshots?", "e-?mails?", "letters?",
        "stor(?:y|ies)", "reviews?", "sentences?", "statements?", "facts", "descriptions?", "context", "poems?",
    ),
    introduced=("an?", "my", "our", "your", "one", "some", "each", "every", "any", "these", "two", "several", "his", "her"),
    elsewhere=(
        r"according to " + _BARE,
        rf"{_SAID} (?:in|by|within|throughout) " + _BARE,
        r"based (?:solely |only |purely |strictly )?(?:up)?on " + _BARE,
        r"(?:based|relying|drawing) (?:solely |only |purely )?(?:up)?on the (?:provided|given|supplied) (?:{T}|details)",
        r"(?:based|relying|drawing) (?:solely |only |purely )?(?:up)?on the (?:{T}|details) (?:provided|given|supplied|presented)",
        r"(?:the|this|that|these) (?:given|provided|accompanying|attached|supplied|aforementioned|enclosed) {T}" + _NOT_TEXT,
        r"(?:the|this|that|these) {T} (?:provided|supplied|given)(?! (?:by|to|that|the|with))",
        r"(?:the|this) (?:passage|text|excerpt|article|extract|document|paragraph|snippet|transcript) "
        r"(?:states?|says|mentions?|describes?|suggests?|implies|claims|argues|explains?|discusses|indicates?|tells us"
        r"|informs|portrays|emphasi[sz]es|does(?: not|n['’]t) (?:say|state|mention|specify|provide|explain|indicate))",
        r"in (?:the|that) " + _WHICH + r"{N}(?=[.,;:?!)\"”]|$| (?:is|are|does|do|did|that|supports?|suggests?|best)\b)",
        r"in (?:the|this|that) (?:passage|excerpt|extract|snippet)" + _NOT_TEXT,
        r"(?:from|of|throughout|within|in|about) this (?:passage|excerpt|extract|text|article|document)" + _END,
        r"(?:from|of|throughout|within) the (?:passage|excerpt|extract|text|article|snippet)" + _END,
        r"what does the (?:passage|text|excerpt|article|extract|document)",
        r"(?:does|did) the (?:passage|text|excerpt|article|extract) (?:say|mention|state|describe|suggest|imply|present|give)",
        r"the reading passage", r"in the (?:provided|given) context", r"\bthe information provided(?! (?:by|to|on|in your))",
    ),
    above=(
        r"(?:as )?(?:mentioned|described|shown|given|stated|listed|discussed|noted|defined|outlined|explained) above(?! (?:the|sea))",
        r"as (?:mentioned|described|stated|noted|discussed|explained) (?:earlier|previously|before)",
        r"(?:the|this|these|those) {T} above(?! (?:the|sea|ground))", r"(?:the|this) above {T}", r"the (?:preceding|foregoing) {T}",
        r"see above",
    ),
    below=(
        r"(?:the|this|these|those) {T} below(?! (?:the|sea|ground|zero))", r"(?:the|this) following {T}", r"(?:see|listed|shown|given) below",
        r"(?:read|use|consider|study|analy[sz]e|review) the {N}(?=[.,:]| (?:and|below|carefully|to))",
    ),
    numbered=(
        r"(?:see|in|as (?:shown|seen|discussed|described|given|noted) in|refer to|according to|from|of) "
        r"(?:figure|fig\.|table|chapter|section|appendix|exhibit|equation|eq\.|listing|diagram|page|slide|box)s? "
        r"\d+(?:\.\d+)*(?! (?:of|in) (?:the |an? )?(?-i:[A-Z“\"*_])| housing)",
        r"(?:figure|fig\.|table|chart|diagram) \d+(?:\.\d+)* (?:shows?|illustrates?|lists?|depicts?|presents?|above|below)",
    ),
    author=(
        r"the (?:author|writer|narrator|speaker|poet|interviewer|interviewee)(?:['’]s)? (?:\w+ly )?(?:states?|argues?|claims?|mentions?"
        r"|suggests?|describes?|explains?|believes?|implies|notes?|uses?|points? out|views?|opinion|tone|attitude|purpose"
        r"|main (?:point|argument|idea)|mean(?:s|t)?|intends?|refers?|compares?|feels?|thinks?|emphasi[sz]es?)",
        r"(?:does|did|would|is|was) the (?:author|writer|narrator|speaker|poet) (?!of\b)\w+",
        r"according to the (?:author|writer|narrator|speaker|poet)(?! of\b)",
    ),
    source=(
        r"(?:the|this|that|these|those|your) (?:above |given |same |source )?(?:(?:fact|info|information)[- ]?sheets?|concept maps?|mind maps?|fact (?:packs?|files?)|topic abstracts?|product briefs?|audience briefs?)(?! (?:of|by|from|on) (?:the )?(?-i:[A-Z]))",
        r"(?:according to|based (?:solely |only )?(?:up)?on|going by|judging by) (?:the|these|those) (?:notes|key facts|comparison tables?|problem situations?|style sheets?|case notes|data ?sets?|dossiers?|hand-?outs?|minutes)",
        r"(?:mentioned|described|stated|noted|given|listed|recorded|found|quoted|told) in (?:the|these|those) (?:notes|key facts|comparison tables?|problem situations?|style sheets?|case notes|dossiers?|hand-?outs?|(?:source |given |provided )?materials?)(?! of\b)",
        r"(?:the|these|those) (?:notes|key facts|comparison tables?|problem situations?|case notes|dossiers?|hand-?outs?|(?:source |given )?materials?) (?:above(?! (?:the|a|an|sea|ground|it|its)\b)|(?:provided|supplied)(?! (?:by|to|for|with|in|from)\b)|says?|states?|mentions?|tells? us|do(?:es)?(?: not|n['’]t) (?:say|mention|state|specify|tell))",
        r"according to the (?:source |given |provided |supplied )?materials?(?=,| (?:provided|supplied|given|above)\b)",
    ),
    papers=(
        r"(?-i:[A-Z][\w-]+)['’]s? (?:(?:own|hand-?written) )?(?:notes|jottings|minutes|log(?:book)?|fact sheet|concept map)",
        r"the (?:notes|jottings|minutes|log(?:book)?) (?:of|by|kept by|taken by|from) (?-i:[A-Z][\w-]+)",
    ),
    workshop=(
        r"(?:the|this|our) (?:original|source|seed|rewritten|re-written|modified|transformed|generated|refined|input|unmodified|revised) "
        r"(?:texts?|passages?|articles?|excerpts?|instructions?|questions?|prompts?|paragraphs?|requests?)"
        r"(?! (?:of|by|in (?:the )?(?-i:[A-Z])|is (?:in|written))\b)",
        r"the source (?:material|document)(?= (?:says|states|does|mentions|describes|never))",
        r"seed (?:text|passage|instruction|question|article|document)s?",
        r"this (?:\w+ )?(?:passage|text|question|item|article|paragraph|poem|dialogue) (?:was|has been|is) "
        r"(?:(?:artificially|automatically|synthetically) )?(?:generated|rewritten|re-written|modified|transformed)",
        r"(?:as|like) an? (?:exam|item|question|test|quiz|assessment)[- ](?:writer|setter|designer|creator|generator)",
        r"the answer key", r"the (?:key|keyed answer) is (?:option |choice )?\W?(?-i:[A-H])(?=[).:*]|$)",
        r"(?:the|these|plausible|strong|good|weak|other|three|four) distractors?", r"distractor (?-i:[A-H]|\d)", r"the stem (?:asks|of the question)",
        r"(?:per|following|apply(?:ing)?|based on|implement(?:ing)?|incorporat(?:e|ing)|in line with) (?:the|this|your) suggest(?:ion|er)s?(?! (?:of|that|by|from|made)\b)",
        r"suggestion \d{1,2}\b(?=[:.)])", r"the suggester", r"(?:transformer|suggester|editor|instruction) agents?",
        r"content transformation", r"instruction (?:refinement|generation)", r"training (?:example|pair|data) (?:for|is|should)",
        r"(?:rewritten|modified|revised|refined|updated) (?:instruction|question|prompt|request|passage|task)\s*:",
        r"the (?:question|prompt|instruction|task) (?:above |given )?(?:asks|requires|wants) (?:me|us) to",
        r"the user (?:wants|asks|is asking|has asked|requests|would like)(?: me)? (?:to|for|us)",
        r"(?:option|answer|choice) (?-i:[A-H]) ?[\[(](?:correct|key|right)(?: answer)?[\])]",
        r"this (?:question|item) (?:tests|assesses|targets|is designed to)",
    ),
    refusal=(
        r"as an? (?:large |helpful )?(?:ai|artificial intelligence|language model)(?: (?:language )?(?:model|assistant))?"
        r"(?=,|\.| i | my |$)",
        r"i(?:'m|’m| am) (?:just |only |merely )?an? (?:ai|(?:large )?language model|virtual assistant and|artificial intelligence)",
        r"my (?:training data|knowledge cut-?off|programming|content guidelines)", r"i was trained by",
        r"(?:i(?:'m|’m| am) (?:so |very |really )?(?:sorry|afraid|unable)[,.]? (?:but )?)?i (?:can(?:'t|’t|not)|(?:am |'m |’m )(?:not able|unable) to|won['’]t"
        r"|must decline to|will not be able to) (?:assist|help|comply|fulfil+|answer that|provide (?:that|this)|generate|create|write)"
        r"(?: you)?(?: with)?(?: (?:that|this|your|such|the)(?: (?:request|content|text|task|type of content))?)?(?=[.!,]|$)",
        r"i (?:do not|don['’]t|cannot|can['’]t) (?:have|access) (?:access to |the ability to )?(?:real-time|the internet|external (?:websites|files|links)|personal (?:opinions|experiences|beliefs))",
    ),
    preamble=(
        r"(?:sure(?: thing)?|certainly|of course|absolutely|okay|ok|gladly|no problem|definitely)\b[!,.:—– -]{1,3}"
        r"(?:here|below|i(?:['’]d| would| can| will|['’]ll)|let['’]?s|let me|the following|happy to)",
        r"here(?:['’]s| is| are) (?:the|your|an?|my|some|one)\b[^.!?\n]{0,60}?\b(?:text|passage|version|rewrit\w+|answers?|summary|list"
        r"|translation|poem|story|e-?mail|response|paraphrase|paragraph|analysis|table|json|extract\w*|classification|breakdown"
        r"|draft|example|revision|solution|explanation|dialogue|essay|letter|information|result)s?\b[^.!?\n]{0,60}:",
        r"(?:that['’]?s |what )an? (?:great|good|excellent|interesting|fascinating) question", r"(?:great|good|excellent) question[!.]",
        r"i(?:['’]d| would) be (?:happy|glad|delighted) to (?:help|assist|answer|rewrite|write|provide|explain)",
        r"(?:thank you|thanks) for (?:your question|asking|providing|sharing the)",
        r"as requested, (?:here|i)", r"below is (?:the|your|an?) (?:rewritten|requested|revised|modified|paraphrased)",
        r"the user (?:wants|asks|is asking)", r"i(?: have|['’]ve) (?:rewritten|revised|modified|paraphrased|translated) (?:the|your)",
    ),
    closing=(
        r"(?:please )?(?:just )?(?:let me know|feel free to (?:ask|reach|let|contact|reply)|don['’]t hesitate to)",
        r"i (?:really )?hope (?:this|that|it|the above) (?:helps|is helpful|was helpful|answers|clarifies|meets)", r"hope (?:this|that) helps",
        r"(?:if you (?:have|need|want|would like) (?:any |more |me |further |additional |to )"
        r"(?:\w+ ){0,3}(?:questions?|help|assistance|clarification|details|changes|adjustments|information|know))",
        r"is there anything else (?:i can|you)", r"would you like me to", r"i can (?:also )?(?:adjust|revise|tweak|expand|shorten) (?:it|this|the)",
        r"happy to (?:help|adjust|revise|elaborate|clarify)",
    ),
    note=(
        r"^\W{0,4}(?:please )?note\W{0,4}(?:that )?(?:i(?: have|['’]ve| kept| used| changed| did| tried)|this (?:is an? |text |version |rewrite |response |answer |summary |translation "
        r"|story |poem )|the (?:above|rewritten|original|translation|text|passage)|in this (?:version|rewrite))",
        r"^\W{0,4}(?:explanation of (?:the )?changes|changes made|what i changed|key changes|disclaimer)\W{0,4}(?=:|$)",
        r"(?:in (?:this|the) (?:rewritten |revised |modified )?(?:version|rewrite|text|passage),? )?i(?: have|['’]ve) (?:kept|preserved|maintained|retained|rewritten"
        r"|rephrased|paraphrased|translated|tried to|made sure|ensured|replaced) (?:the|that|all|to|it|your|each|every)",
        r"this (?:rewritten |revised |modified )?(?:version|rewrite) (?:maintains|keeps|preserves|retains|uses|ensures|meets)",
        r"word count\s*:",
    ),
    hole=(
        "your", "insert", "enter", "add", "specify", "name", "full name", "first name", "last name", "date", "city", "amount",
        "number", "placeholder", "some", "company", "recipient", "sender", "address", "phone", "email", "title", "position",
        "organi[sz]ation", "product", "job title", "time", "location", "signature", "fill", "describe", "e\\.?g\\.?", "x+", "todo", "tbd",
    ),
    yes=("yes",), no=("no",), true=("true", "correct"), false=("false", "incorrect"),
    answer=("answer", "correct (?:answer|option|choice|response|one)", "right (?:answer|option|choice)", "best (?:answer|option|choice)", "choose", "choice", "i (?:pick|choose|select)", "select", "option", "final answer"),
    rejects=(
        "(?:is|are|was|were|would be|seems?)(?:n['’]t| not)?(?: \\w+ly)? (?:wrong|incorrect|false|not correct|not right|tempting|out|ruled out|too \\w+|unlikely|implausible|excluded|eliminated|mistaken)",
        "(?:is|are|was|were)(?:n['’]t| not| never)", "can be (?:ruled out|eliminated|excluded|discarded|rejected)", "cannot be", "can['’]t be",
        "(?:fails|confuses|ignores|misreads|overstates|contradicts)", "does(?:n['’]t| not)",
    ),
    reconsiders=(
        r"on (?:further |closer |second )?reflection(?=[,:])", r"on second thoughts?", r"thinking (?:about it )?again", r"looking (?:at it )?again(?=[,:])",
        r"(?:let me|i(?: have to| must|['’]ll| will)?) (?:re-?consider|correct myself|revise|take (?:that|this|it) back)", r"reconsidering(?: (?:it|this|that))?(?=[,:])",
        r"(?:wait|no)(?=\s?[,.!:…–—])", r"correction(?=:)", r"scratch that", r"(?:i was|i got it) wrong", r"i (?:made|have made) (?:a|an) (?:mistake|error)", r"my mistake",
        r"i(?:['’]ve| have)? changed? my mind", r"come to think of it",
    ),
    prefers=(
        r"(?:is|are|fits|suits|does|answers (?:it|the question)|looks)(?: (?:in fact|actually|clearly|after all|even|much|rather))? (?:the )?better(?: (?:choice|answer|option|one|fit))?(?: (?:here|after all|overall|than \S+))?(?=\s*\Z)",
        r"is (?:in fact |actually |really |after all )?(?:the )?(?:best|stronger|right|correct|more (?:accurate|exact|precise|correct|fitting))(?: (?:choice|answer|option|one|fit))?(?: after all| overall)?(?=\s*\Z)",
    ),
    reckons=(
        "totals?", "altogether", "in all", "sum", "combined", "together", "difference", "average", "mean", "median", "each", "per", "left",
        "remain\\w*", "more", "less", "fewer", "extra", "increase\\w*", "decrease\\w*", "r[oi]se", "rose", "fell", "drop\\w*", "grew", "growth", "half",
        "twice", "double[ds]?", "tripled?", "share", "longer", "shorter", "higher", "lower", "cheaper", "percent(?:age)?(?: points?)?", "roughly",
        "(?:years?|months?|days?|weeks?|hours?|minutes?) (?:later|earlier|after|before|old|apart|long|ago|of)", "lasted", "spann?\\w*", "aged?", "between",
        "after", "period", "gap", "ratio", "times", "third", "quarter", "out of", "range\\w*", "interval", "work(?:s|ed)? out",
        "com(?:es?|ing) to", "net", "profit", "loss", "saves?d?", "saving", "equals?", "gives?", "makes?", "decades?", "cent(?:ury|uries)",
    ),
    idle_counts=(
        "(?:\\w+ )?(?:reasons?|points?|steps?|ways?|things?|examples?|parts?|sentences?|paragraphs?|words?|options?|factors?|aspects?|lines?|bullets?|ideas?|"
        "sections?|categories|types?|kinds?|stages?|phases?|cases?|sides?|answers?|questions?|items?|themes?|claims?|arguments?|conditions?|lessons?|"
        "causes?|effects?|differences|similarities|stanzas?|verses?|scenes?|of (?:them|these|those|us|the))",
    ),
    hedges=(
        "may", "might", "could", "can", "usually", "often", "sometimes", "generally", "typically", "probably", "possibly", "tends? to", "likely",
        "in some cases", "under certain", "approximately", "most", "mainly", "largely", "partly",
    ),
    negations=("not", "no", "never", "none", "without", "cannot", "neither", "\\w+n['’]t"),
    all_above=(
        "(?:all|none|both|neither|any) of (?:the (?:above|options|choices|others|other options)|these|them|those)", "both [A-H] and [A-H]",
        "[A-H] and [A-H](?: only)?", "neither [A-H] nor [A-H]", "all are correct", "none are correct",
    ),
)  # fmt: skip
