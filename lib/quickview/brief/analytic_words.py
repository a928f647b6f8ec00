"""Words that the checks of analysis look for in prose, by language: of likelihood, of what is to come, of cause, of advocacy.

These lists are kept by hand. An entry is a pattern without groups of its own; a space in it stands for any white
space. In Arabic, conjunctions and the article may stand before a word, and vowel signs in it.
"""

import functools
import re
from collections.abc import Iterable, Mapping
from typing import Final

LIKELIHOOD: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "(?:quite )?probably|presumably|in all (?:likelihood|probability)|(?:chances|odds) are": "likely",
        "(?:highly|fairly|quite|rather|extremely|overwhelmingly) likely|more likely than not": "likely",
        "(?:a )?(?:good|strong|fair|high|serious|real) (?:chance|likelihood|probability|possibility)": "likely",
        "(?:highly|extremely|quite|most) unlikely|improbably|hardly likely": "unlikely",
        "(?:a )?(?:slim|small|low|outside|faint) (?:chance|likelihood|probability)": "very unlikely",
        "perhaps(?! \\d)|conceivably|possibly(?! \\d)|(?:may|might|could) well": "roughly even chance",
        "certain to|certainly|bound to|sure to|inevitabl[ey]|undoubtedly|doubtless|without (?:a )?doubt|no doubt": "almost certain",
    },
    "fr": {
        "probablement|vraisemblablement|selon toute (?:vraisemblance|probabilité)": "probable",
        "(?:de )?(?:fortes|bonnes|grandes|sérieuses) chances|fort probable|extrêmement probable": "très probable",
        "(?:de )?(?:faibles|minces) chances|fort peu probable|improbable": "peu probable",
        "peut-être(?! \\d)|il se pourrait": "chances à peu près égales",
        "sans (?:aucun )?doute|certainement|sûrement|assurément|à coup sûr|inévitable(?:ment)?|inéluctable(?:ment)?|immanquablement": "quasi certain",
    },
    "ar": {
        "على الأرجح|في الغالب|على الأغلب|أغلب الظن|في أغلب الظن": "مرجّح",
        "ربما(?! \\d)|لعل|لعله|لعلها": "متكافئ الاحتمال تقريبًا",
        "من المستبعد": "غير مرجّح",
        "حتما|لا محالة|لا شك|بلا شك|بدون شك|لا ريب|من المؤكد|من المحتم": "شبه مؤكد",
    },
}  # fmt: skip
"""Words of likelihood that are on no yardstick, each with the word of the yardstick that it may stand for."""

AHEAD: Final[Mapping[str, str]] = {
    "en": "(?<!the )(?<!a )(?<!free )(?<!political )will(?! of)|won[’']t|shall|is (?:likely|unlikely|set|expected|poised|about|going) to|are (?:likely|unlikely|set|expected|poised|about|going) to|likely|unlikely|probable|improbable|roughly even (?:chance|odds)|almost (?:certain|no chance)|nearly certain",
    "fr": "probable|vraisemblable|quasi certain|presque certain|va|vont|devrait|devraient|sera|seront|aura|auront|pourra|pourront",
    "ar": "سوف|من المرجح|مرجح|محتمل|من المتوقع|من المنتظر|متوقع|شبه مؤكد|مستبعد|لن",
}
"""What tells of something to come."""

CAUSE: Final[Mapping[str, str]] = {
    "en": "because(?: of)?|due to|owing to|thanks to|as a (?:result|consequence)(?: of)?|result(?:s|ed|ing)? (?:in|from)|led to|leads to|leading to|caus(?:e|es|ed|ing)|brought about|brought down|drove (?:up|down)|driven by|triggered|account(?:s|ed) for|explains?|explained by|attributable to|on account of",
    "fr": "à cause d[eu’']|à cause des|grâce (?:à|au|aux)|en raison d[eu’']|en raison des|du fait d[eu’']|du fait des|parce que?|a (?:conduit|mené|abouti) à|ont (?:conduit|mené|abouti) à|a (?:provoqué|entraîné|causé|permis|fait (?:baisser|reculer|chuter|monter|augmenter))|ont (?:provoqué|entraîné|causé|permis)|s’explique(?:nt)? par|par suite de|est due? (?:à|au|aux)|sont dus (?:à|au|aux)",
    "ar": "بسبب|بفضل|نتيجة|نتيجة ل|أدى إلى|أدت إلى|يؤدي إلى|تؤدي إلى|أسفرت? عن|تسببت? في|سببه|سببها|يعود ذلك إلى|يعود إلى|تعود إلى|من جراء|جراء|ناجم عن|ناجمة عن",
}
"""What claims that one thing comes of another."""

COUNTED: Final[Mapping[str, str]] = {
    "en": "violence|attacks?|shellings?|incidents?|events|casualties|deaths?|fatalities|killings?|clashes|fighting|breaches|violations|air ?strikes|strikes|bombardments?|displacement|victims",
    "fr": "violences?|attaques?|bombardements?|incidents?|événements|victimes|décès|pertes|affrontements|combats|violations|frappes|accrochages|déplacements",
    "ar": "العنف|عنف|هجمات?|هجوم|قصف|حوادث|حادث|أحداث|ضحايا|وفيات|قتلى|اشتباكات?|قتال|معارك|خروق(?:ات)?|انتهاكات|غارات",
}
"""What records of events count."""

CHANGE: Final[Mapping[str, str]] = {
    "en": "f[ae]ll(?:s|ing|en)?|rose|risen?|rises|rising|drop(?:s|ped)?|declin(?:e|es|ed|ing)|increas(?:e|es|ed|ing)|decreas(?:e|es|ed|ing)|reduc(?:e|es|ed|tion)|halved|doubled|tripled|fewer|less|more|surge[ds]?|spike[ds]?|eased|stopped|ceased|ended|calm(?:er)?|lower|higher|down|upsurge|grew|grown|shrank|escalat(?:ed|ion)|lull",
    "fr": "baiss(?:e|é|er|ée|ent)|recul(?:e|é|er|ent)?|chut(?:e|é|er)|diminu(?:e|é|er|ent|tion)|augment(?:e|é|er|ent|ation)|hausse|doublé|moitié|moins|davantage|plus|cess(?:é|e|ent)|accalmie|recrudescence|escalade|accru(?:e|es|s)?|rédui(?:t|te|ts|re)|réduction",
    "ar": "انخفض|انخفضت|انخفاض|تراجع|تراجعت|قل|قلت|تقلص|تقلصت|ازداد|ازدادت|زاد|زادت|زيادة|ارتفع|ارتفعت|ارتفاع|تضاعف|تضاعفت|توقف|توقفت|هدأ|هدأت|هدوء|تصاعد|تصاعدت|أقل|أكثر|خفض|خفضت",
}
"""What such counts do from one time to another."""

CLAIMED: Final[Mapping[str, str]] = {
    "en": "according to|says?|said|claims?|claimed|argues?|argued|credits?|credited|attributes?|attributed|blames?|blamed|in the view of",
    "fr": "selon|d’après|d'après|affirme(?:nt)?|dit|disent|estime(?:nt)?|attribue(?:nt)?|impute(?:nt)?|aux yeux d[eu]",
    "ar": "بحسب|حسب|وفقا|وفق|قال|قالت|يقول|تقول|يقولون|تعزو|يعزو|عزا|عزت|ترى|يرى|برأي|في رأي|زعم|زعمت|يزعم",
}
"""What tells that somebody else claims it."""

ADVOCACY: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "(?<!sanctions )(?<!inspection )(?<!ceasefire )(?<!customs )(?<!trade )(?<!tariff )(?<!visa )(?<!legal )(?<!tax )(?<!control )(?<!escalation )(?<!proliferation )(?<!safeguards )(?<!aid )(?<!exchange )(?<!rate )(?<!licensing )regimes?(?! of (?:silence|sanctions|calm|quiet|inspections|controls))": "government, authorities, or their name",
        "(?<!counter-)(?<!anti-)(?<!counter )(?<!designated )terrorists?(?! (?:list|lists|designation|financing|organisation list))": "armed group, fighters, or their name",
        "martyr(?:s|ed|dom)?": "killed, dead",
        "liberat(?:ed|es|ing|ors?)|liberation of": "taken, captured, now held by",
        "puppets?|stooges?|lackeys?": "backed by, allied with",
        "henchmen|thugs?|gangsters?|hordes?": "supporters, fighters",
        "traitors?|infidels?|fanatics?|extermination|vermin": "what they did, or their name",
        "heroic(?:ally)?|glorious(?:ly)?|valiant(?:ly)?": "leave it out",
        "barbaric|bloodthirsty|cowardly|savage(?:ly)?|evil": "say what was done",
        "so-called": "put the name in quotes, or leave it out",
        "neutrali[sz]ed|mopped up|mopping up": "killed, captured, driven out",
        "criminal (?:rule|gangs? of the)|butchers?": "government, or say what was done",
    },
    "fr": {
        "(?<!ancien )régime (?:au pouvoir|en place|sanguinaire|criminel|fantoche)|(?:forces|armée|troupes|soldats|zones|avions) du régime|régime d[e’'] ?(?=(?-i:[A-ZÀ-Ý]))": "gouvernement, autorités, ou leur nom",
        "(?<!anti)terroristes?": "groupe armé, combattants, ou leur nom",
        "martyrs?|martyre": "tué, mort",
        "(?:villes?|villages?|zones?|territoires?|quartiers?|localités?) libérée?s?|libération (?:de la (?:ville|zone|localité)|du (?:village|quartier|territoire))": "pris, désormais tenu par",
        "fantoches?|marionnettes?|laquais|sbires": "soutenu par, allié à",
        "traîtres?|mécréants?|fanatiques?|hordes?|voyous": "ce qu’ils ont fait, ou leur nom",
        "héroïque(?:s|ment)?|glorieu(?:x|ses?)": "à supprimer",
        "barbares?|sanguinaires?|lâchement": "dire ce qui a été fait",
        "soi-disant": "mettre le nom entre guillemets",
        "neutralisée?s?": "tué, capturé",
    },
    "ar": {
        "(?:قوات|جيش|طائرات|مناطق|سيطرة|أتباع|عناصر) النظام|النظام (?:الحاكم|المجرم|البائد|العميل)": "الحكومة، السلطات، أو الاسم",
        "إرهابي(?:ة|ين|ون|ان|ات)?": "جماعة مسلحة، مقاتلون، أو الاسم",
        "شهيد(?:ا|ة|ين)?|شهداء|استشهد(?:ت|وا)?|استشهاد": "قُتل، قتلى",
        "(?:المناطق|الأراضي|القرى|المدن|البلدات|المنطقة|المدينة|القرية|البلدة) المحررة|تحرير (?:المدينة|البلدة|القرية|المنطقة)": "سيطر على، تسيطر عليه",
        "دم(?:ية|ى)|أذناب|أزلام|أبواق": "مدعوم من، حليف",
        "مرتزقة|عصابات|شبيحة|مجرمين|مجرمون": "مقاتلون، أو الاسم",
        "خونة|خائن|كفار|مرتد(?:ين|ون)?": "ما فعلوه، أو الاسم",
        "بطولي(?:ة)?|أبطال|باسل(?:ة)?|مجيد(?:ة)?": "تُحذف",
        "همجي(?:ة)?|وحشي(?:ة)?|غاشم(?:ة)?|جبان(?:ة)?": "ما جرى فعلًا",
        "ما يسمى|المزعوم(?:ة)?": "الاسم بين علامتي تنصيص",
    },
}  # fmt: skip
"""Words that take a side, each with neutral ones in its place."""

_MARKS: Final = "[\u064b-\u0652\u0670\u0640]*"
"""Vowel signs and the stretching of a line, which may stand behind any Arabic letter."""
_ALIKE: Final = {"أ": "[أا]", "إ": "[إا]", "آ": "[آا]", "ى": "[ىي]"}


def find(words: Mapping[str, str], text: str, language: str) -> Iterable[re.Match[str]]:
    """Return where one of a language's words stands in a text; nothing for a language that has none."""
    return _pattern(words[language], language).finditer(text) if language in words else ()


def holds(words: Mapping[str, str], text: str, language: str) -> bool:
    """Whether one of a language's words stands in a text."""
    return any(True for _ in find(words, text, language))


_LISTED: Final = re.compile(
    r"\b(?:listed|designated|classed|classified|labelled) as (?:an? )?$"
    r"|\b(?:class|désign|list|qualifi|considér)ée?s? (?:comme |de )?$|\b(?:ال)?(?:مصنف|مدرج)(?:ة|ين|ون)? (?:على أنها )?$"
)
"""What stands before a word that somebody's list calls a group by."""


def is_listed(text: str, start: int) -> bool:
    """Whether the word that begins at `start` is what a list is said to call somebody."""
    return bool(_LISTED.search(text[max(0, start - 40) : start]))


def find_replaced(
    words: Mapping[str, Mapping[str, str]], text: str, language: str
) -> Iterable[tuple[re.Match[str], str]]:
    """Return where one of a language's words stands in a text, each with what to write instead."""
    known = words.get(language, {})
    for match in _pattern("|".join(known), language).finditer(text) if known else ():
        yield (
            match,
            next(instead for one, instead in known.items() if _pattern(one, language).match(text, match.start())),
        )


@functools.cache
def _pattern(words: str, language: str) -> re.Pattern[str]:
    spaced = words.replace(" ", r"\s")
    if language != "ar":
        return re.compile(rf"(?<![\w-])(?:{spaced})(?!\w)", re.IGNORECASE)
    loose = re.sub("[\u0621-\u064a]", lambda letter: f"(?:{_ALIKE.get(letter[0], letter[0])}{_MARKS})", spaced)
    return re.compile(rf"(?<!\w)[وفبلك]?{_MARKS}(?:ال|ل)?(?:{loose})(?!\w)")
