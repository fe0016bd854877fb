"""Korean: how a choice is named, struck out and taken back; its other wordings are not known yet."""

from teams.engine.checks.phrases.table import Table

TABLE = Table(
    answer=("정답", "답", "선택지는"),
    rejects=("틀렸|틀린|틀립|오답|옳지 않|맞지 않|정답이 아니|아닙니다|아니다|아니므로|해당하지 않",),
    reconsiders=("다시 생각해 ?보(?:니|면)", "(?:잠깐|아니)(?=\\s?[,.!:…–—-])", "정정(?=:)", "제가 (?:틀렸|잘못)"),
    prefers=("(?:이|가) (?:더 )?(?:낫|나은|적절|정확|알맞)\\w*(?=\\s*\\Z)",),
)  # fmt: skip
