"""Portuguese."""

# ruff: noqa: E501  # rows of data

from teams.engine.checks.phrases.table import Table

_THE = r"(?:o|a|os|as|este|esta|esse|essa)"

TABLE = Table(
    nouns=("textos?", "passagem", "passagens", "trechos?", "artigos?", "excertos?", "documentos?", "parágrafos?"),
    things=("tabelas?", "listas?", "exemplos?", "figuras?", "código", "conversa", "informações", "dados", "imagem", "carta", "história", "afirmações"),
    introduced=("uma?", "meu", "minha", "noss[oa]", "seu", "sua", "cada", "dois", "duas"),
    elsewhere=(
        rf"(?:segundo|conforme) {_THE} {{N}}", r"de acordo com (?:o|a|este|esta|esse|essa) {N}", r"(?:mencionad|descrit|indicad|citad|apresentad|dad|explicad|referid)[oa]s? (?:no|na|nesse|nessa|neste|nesta|pelo|pela) {N}",
        r"(?:no|na|do|da|neste|nesta|nesse|nessa|deste|desta|desse) {N}(?=[.,;:?!»]|$| (?:acima|anterior|é|são|se)\b)",
        r"(?:com base|baseando-se|baseado|a partir) (?:apenas )?(?:no|na|nas|do|em) (?:{N}|informações (?:fornecidas|dadas))",
        r"(?:o|a|este|esta) (?:texto|passagem|trecho|artigo|excerto|documento|parágrafo) (?:diz|menciona|descreve|indica|sugere|afirma|explica|apresenta|não (?:diz|menciona|informa))",
        r"(?:o|a|os|as|no|do|ao|nas|das) {T} (?:fornecid|dad|anexad|anex)[oa]s?",
    ),
    above=(r"(?:mencionad|descrit|indicad|citad)[oa]s? (?:acima|anteriormente)", r"{T} acima", r"(?:ver|veja) acima"),
    below=(r"(?:o|a|os|as) seguintes? {T}", r"{T} (?:abaixo|a seguir|seguinte)", r"(?:ver|veja) abaixo"),
    numbered=(r"(?:ver|veja|na|no|segundo a|conforme a) (?:figura|fig\.|tabela|quadro|capítulo|seção|secção|apêndice|anexo|página) \d+(?:\.\d+)*(?! d[eoa]\b)", r"a (?:figura|tabela) \d+ (?:mostra|apresenta|ilustra)"),
    author=(
        r"(?:o autor|a autora|o narrador|a narradora|o escritor|a escritora) (?:diz|afirma|sustenta|descreve|explica|menciona|pensa|acredita|sugere|destaca|considera|usa|quer)", r"segundo (?:o autor|a autora|o narrador)", r"(?:opinião|tom|intenção|ponto de vista|propósito) (?:do autor|da autora|do narrador)",
    ),
    source=(
        rf"(?:{_THE}|d[ao]|n[ao]|à|ao|pela) (?:ficha (?:informativa|de dados|técnica|de fatos)|folha de (?:dados|fatos|factos)|mapa (?:conceitual|conceptual|mental))(?! d[aoe] (?-i:[A-ZÀ-Ý]))",
        r"(?:segundo|de acordo com|conforme|com base n?) ?(?:as notas|as anotações|nas notas|nas anotações|os apontamentos|nos apontamentos|a ficha|na ficha)", r"(?:segundo|de acordo com|conforme) o material(?=,| (?:fornecido|dado|acima))",
        r"(?:mencionad|descrit|indicad|citad|referid)[oa]s? (?:nas notas|nas anotações|nos apontamentos|na ficha|no material)(?=[.,;:?!]|$)", r"(?:as notas|as anotações|os apontamentos) (?:dizem|mencionam|indicam|acima|fornecid[oa]s)", r"o material (?:diz|menciona|acima|fornecido(?! (?:por|a|ao|para|pel[ao])))",
    ),
    papers=(r"(?:[ao]s|d[ao]s|n[ao]s) (?:notas|anotações|apontamentos|atas) d[aeo] (?-i:[A-ZÀ-Ý][\w-]+)",),
    workshop=(
        r"(?:o|do|ao|no|este) (?:texto|trecho) (?:original|fonte|de origem|reescrito|modificado|gerado)(?! d[eoa]\b)", r"(?:a|da|esta) passagem (?:original|reescrita|modificada|gerada)(?! d[eoa]\b)", r"est[ea] (?:texto|passagem|trecho) foi (?:gerad|reescrit|modificad|criad)[oa]", r"gabarito (?:indica|diz|oficial|da questão)", r"distratores?",
        r"(?:opção|alternativa|resposta) (?-i:[A-H]) ?[\[(](?:correta|certa)[\])]", r"o (?:usuário|utilizador) (?:quer|pede|solicita|deseja)", r"(?:pergunta|instrução|versão) (?:reescrita|modificada|revisada)\s*:", r"como (?:elaborador|redator) de (?:provas|exames|questões)",
    ),
    refusal=(
        r"como (?:uma? )?(?:ia|inteligência artificial|modelo de linguagem|assistente (?:de ia|virtual))(?=,| não | de )", r"(?:eu )?sou (?:apenas |só )?uma? (?:ia|inteligência artificial|modelo de linguagem|assistente virtual)", r"meus dados de treinamento",
        r"(?:desculpe|sinto muito|lamento|infelizmente),? (?:mas )?(?:eu )?não posso (?:ajudar|ajudá-lo|responder|fornecer|atender|cumprir)", r"não posso ajudar(?:-lo)? com (?:isso|esse|essa|este)(?: pedido| solicitação)?",
    ),
    preamble=(
        r"(?:claro(?: que sim)?|certamente|com certeza|com prazer|com todo o gosto|sem problemas?)\b[!,.:– -]{1,3}(?:aqui|a seguir|segue|posso|vou)",
        r"(?:aqui (?:está|estão|vai)|segue(?: abaixo)?|eis) (?:o|a|os|as|uma?|seu|sua)\b[^.!?\n]{0,60}?(?:texto|versão|resposta|resumo|lista|tradução|poema|história|tabela|passagem|exemplo|paráfrase|e-?mail|carta)s?\b[^.!?\n]{0,40}:", r"(?:ótima|boa|excelente) pergunta",
    ),
    closing=(r"espero que (?:isso|isto) (?:ajude|tenha ajudado|seja útil)", r"não hesite em", r"(?:me avise|avise-me|diga-me) se", r"se (?:você )?(?:tiver|precisar de) (?:mais|alguma|outras?|qualquer) (?:outra )?(?:perguntas?|dúvidas?|ajuda|informações)", r"(?:gostaria|quer) que eu"),
    note=(r"^\W{0,4}(?:nota|observação)\W{0,4}:?\W{0,4}(?:eu |mantive|est[ea] (?:texto|versão|resposta|tradução)|o texto|nesta versão)", r"(?:eu )?(?:mantive|preservei|substituí|tentei|reescrevi) (?:o|a|os|as|que|tod[oa]s)", r"^\W{0,4}(?:número|contagem) de palavras\s*:"),
    hole=("seu", "sua", "nome", "sobrenome", "data", "cidade", "endereço", "inserir", "insira", "valor", "empresa", "destinatário", "remetente", "número", "local", "telefone"),
    yes=("sim",), no=("não",), true=("verdadeir[oa]", "correto", "certo"), false=("fals[oa]", "incorreto", "errado"),
    answer=("resposta", "resposta correta", "resposta certa", "alternativa correta", "alternativa", "opção"),
    rejects=("(?:é|são|seria) (?:\\w+ )?(?:fals[oa]s?|incorret[oa]s?|errad[oa]s?|improvável)", "não (?:é|são|pode|corresponde)"),
    reconsiders=("pensando (?:bem|melhor)", "(?:após|depois de) (?:refletir|pensar)", "(?:espere|espera|um momento)(?=\\s?[,.!:…–—-])", "correção(?=:)", "(?:corrijo-me|me corrijo|enganei-me|me enganei)"),
    prefers=("(?:é|responde|encaixa)(?: (?:na verdade|antes))? (?:a |o )?(?:melhor|mais (?:corret[oa]|exat[oa]|precis[oa]|adequad[oa]))(?: (?:resposta|opção|alternativa))?(?=\\s*\\Z)",),
    reckons=("no total", "total", "juntos", "soma", "diferença", "média", "por", "cada", "mais", "menos", "anos?", "mês", "meses", "dias?", "horas?", "minutos?", "por cento", "percentagem", "porcentagem", "metade", "dobro", "triplo", "aument\\w*", "dimin\\w*", "restam", "entre", "depois", "durante", "cerca"),
    idle_counts=("(?:razões|motivos|pontos?|passos?|etapas|exemplos?|partes|frases|parágrafos?|maneiras|formas|fatores|aspectos?|seções|perguntas?|respostas?|palavras|linhas|tipos?)(?: \\w+)?",),
    hedges=("pode", "poderia", "às vezes", "frequentemente", "geralmente", "normalmente", "provavelmente", "talvez", "costuma", "em geral"),
    negations=("não", "nunca", "nenhuma?", "sem", "nem", "jamais"),
    all_above=("(?:todas|todos|nenhuma|nenhum|ambas)(?: (?:as|das|os|dos) (?:anteriores|opções|alternativas|respostas)(?: acima)?)?", "[A-H] e [A-H]"),
)  # fmt: skip
