"""What an assistant says out of habit, in twelve languages: lower case, as plain pieces of text that are looked for.

Refusals are looked for where an answer begins, boilerplate anywhere in its first and last words. A phrase belongs here
only if a good answer would hardly say it: "the text does not say" is an answer, "I cannot assist" is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

REFUSALS: Mapping[str, Sequence[str]] = {
    "en": (
        "as an ai language model", "as a large language model", "as an ai assistant, i", "as an ai, i",
        "i cannot assist", "i can't assist", "i can’t assist", "i cannot help with", "i can't help with",
        "i can’t help with", "i'm unable to assist", "i am unable to assist", "i'm sorry, but i can",
        "i’m sorry, but i can", "i am sorry, but i can", "sorry, but i can't", "sorry, i can't help",
        "i cannot fulfill", "i can't fulfill", "i can’t fulfill", "i cannot comply", "i won't be able to help",
        "i must decline", "i cannot provide assistance", "i'm not able to help with", "i do not feel comfortable",
        "i don't feel comfortable", "against my guidelines", "against my programming", "my knowledge cutoff",
    ),
    "de": (
        "als ki-sprachmodell", "als ki-assistent", "als künstliche intelligenz kann ich", "dabei kann ich nicht helfen",
        "es tut mir leid, aber ich kann", "ich kann dir dabei nicht helfen", "ich kann ihnen dabei nicht helfen",
    ),
    "fr": (
        "en tant que modèle de langage", "en tant qu'ia", "en tant qu’ia", "je suis désolé, mais je ne peux",
        "je ne peux pas vous aider", "je ne peux pas t'aider", "je ne suis pas en mesure de vous aider",
    ),
    "es": (
        "como modelo de lenguaje", "como modelo de ia", "como ia, no", "lo siento, pero no puedo",
        "no puedo ayudarte con", "no puedo ayudarle con",
    ),
    "it": ("come modello linguistico", "in quanto ia", "mi dispiace, ma non posso", "non posso aiutarti con"),
    "pt": ("como modelo de linguagem", "como uma ia", "desculpe, mas não posso", "sinto muito, mas não posso"),
    "nl": ("als ai-taalmodel", "het spijt me, maar ik kan", "daar kan ik je niet mee helpen"),
    "ru": ("как языковая модель", "извините, но я не могу", "к сожалению, я не могу помочь"),
    "zh": ("作为一个ai语言模型", "作为ai语言模型", "作为一个人工智能", "很抱歉，我无法",
           "抱歉，我不能", "对不起，我无法"),
    "ja": ("ai言語モデルとして", "aiアシスタントとして", "申し訳ありませんが、お手伝いできません",
           "お答えすることはできません"),
    "ko": ("ai 언어 모델로서", "인공지능 언어 모델로서", "죄송하지만 도와드릴 수 없"),
    "ar": ("كنموذج لغوي", "كنموذج ذكاء اصطناعي", "عذرًا، لا أستطيع", "آسف، لكن لا يمكنني"),
}  # fmt: skip

BOILERPLATE: Mapping[str, Sequence[str]] = {
    "en": (
        "i hope this helps", "feel free to ask", "let me know if you have any", "let me know if you need",
        "if you have any further questions", "if you have any other questions", "certainly! here", "sure! here",
        "sure, here", "of course! here", "absolutely! here", "great question", "happy to help!",
        "here's a revised version",
        "it's important to note that", "it is important to note that", "please note that as",
    ),
    "de": ("ich hoffe, das hilft", "gerne! hier ist", "natürlich! hier", "lass mich wissen, wenn",
           "lassen sie mich wissen"),
    "fr": ("j'espère que cela", "j’espère que cela", "bien sûr ! voici", "n'hésitez pas à", "n’hésitez pas à"),
    "es": ("espero que esto", "¡claro! aquí", "por supuesto, aquí", "no dudes en"),
    "it": ("spero che questo", "certo! ecco", "non esitare a"),
    "pt": ("espero que isso", "claro! aqui", "não hesite em"),
    "nl": ("ik hoop dat dit helpt", "natuurlijk! hier", "laat het me weten als"),
    "ru": ("надеюсь, это поможет", "конечно! вот", "если у вас есть вопросы"),
    "zh": ("希望这对你有帮助", "希望对您有所帮助", "如有任何问题", "当然！以下"),
    "ja": ("お役に立てば幸いです", "もちろんです！以下", "ご不明な点がございましたら"),
    "ko": ("도움이 되었기를", "도움이 되셨기를", "물론입니다! 다음"),
    "ar": ("آمل أن يكون هذا", "بالتأكيد! إليك", "لا تتردد في"),
}  # fmt: skip

POINTING: Mapping[str, Sequence[str]] = {
    "en": (
        "the passage above", "the above passage", "the text above", "the above text", "the article above",
        "according to the passage", "according to the text", "in the given passage", "the provided passage",
        "the provided text", "the given text", "the following passage", "the following article", "the passage below",
        "based on the passage", "based on the text", "based on the article", "the code above", "the table above",
    ),
    "de": ("im obigen text", "der obige text", "laut dem text", "im folgenden abschnitt", "der folgende text"),
    "fr": ("le texte ci-dessus", "selon le texte", "d'après le texte", "d’après le texte", "le passage suivant"),
    "es": ("el texto anterior", "según el texto", "el siguiente texto", "el pasaje anterior"),
    "it": ("il testo sopra", "secondo il testo", "il seguente testo"),
    "pt": ("o texto acima", "segundo o texto", "o texto a seguir"),
    "nl": ("de bovenstaande tekst", "volgens de tekst"),
    "ru": ("приведённый выше текст", "согласно тексту", "в тексте выше"),
    "zh": ("上述文章", "上面的文章", "根据以上文章", "以下文章"),
    "ja": ("上記の文章", "以下の文章"),
    "ko": ("위의 글", "다음 글을"),
    "ar": ("النص أعلاه", "وفقًا للنص"),
}  # fmt: skip

WORKSHOP = (
    "lorem ipsum", "[insert", "[your name", "[ihr name", "[votre nom", "[tu nombre", "[company name", "[date]",
    "<your ",
    "todo:", "<|im_", "<|endoftext", "[inst]", "</s>", "seed instruction", "the rewritten instruction",
    "the refined question",
)  # fmt: skip
"""What a template or a writer's desk leaves behind, in any language."""

_UNFINISHED = """
the a an and or of to in with for but that which is are as at by from und oder der die das mit für von zu dass
ein eine et ou le la les de du des un une que y o el los las una con para e il lo gli di da che
"""
UNFINISHED = frozenset(_UNFINISHED.split())
"""Words that no sentence ends with."""
