"""Classes of words that tell how a question or a clause is meant: of being, asking, saying, pointing."""

from __future__ import annotations

from typing import Final

from scenograph.readers.roles import SPEAKING


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BEING: Final = _words(
    "be happen occur take-place exist situate locate schedule "
    "быть происходить произойти состояться находиться пройти проходить"
)
"""What says of a thing only that it is, somewhere or some time."""

NEEDING: Final = _words(
    "need must have ought should necessary supposed want "
    "can нужно надо нужный надобно должен необходимо необходимый следовать стоить пора требоваться "
    "можно мочь хотеть"
)
"""What says that something is to be done."""

ASKING: Final = _words(
    "know tell say remember ask wonder explain show recall see find "
    "знать сказать подсказать помнить напомнить спросить интересно интересовать объяснить рассказать"
)
"""What a question may be wrapped in: «do you know where …»."""

HAVING: Final = _words("have own possess иметь")

NAMING: Final = _words("call name title звать назвать называть называться прозвать зваться")
"""What says which name a thing has."""

BEARING: Final = _words("звать называться зваться")
"""Those of `NAMING` whose agent has the name."""

DOING: Final = _words("do делать сделать заниматься")

SIZES: Final = _words("old tall long high deep wide heavy big large thick")
"""What «how» asks for an amount of: «how old»."""

THIRD: Final = _words("he she they он она они")
WE: Final = _words("we мы")

SAYING: Final = SPEAKING | _words(
    "message letter news report statement rumor rumour note story claim announcement "
    "сообщение письмо новость слух заявление записка рассказ слово "
    "believe hear read assume expect suppose guess mean promise confirm deny reveal mention recall "
    "полагать верить слышать подтвердить обещать предполагать уверять передать передавать рассказывать "
    "отмечать указать указывать"
)
"""What follows these as `:content` is reported."""

FACTIVE: Final = _words(
    "know see find notice realize realise discover remember learn understand regret show prove start begin "
    "continue keep stop finish manage help make let have get cause happen force glad happy sorry sad proud "
    "able forget turn-out come go succeed "
    "знать видеть узнать понять понимать заметить помнить вспомнить обнаружить выяснить показать доказать "
    "начать начинать стать продолжить продолжать перестать кончить закончить суметь смочь удаться помочь "
    "заставить рад жаль жалеть оказаться случиться успеть прийтись"
)
"""What follows these as `:content` is so."""

ONE_OF: Final = _words(
    "capital mother father birthday birthplace surname столица мать мама отец папа фамилия отчество"
)
"""Nouns of what a thing has one of: `(capital :subject X :of Y)`."""

ONCE: Final = _words("bear die pass-away родиться рождаться умереть скончаться погибнуть")
"""Verbs of what happens once to somebody."""

POINTING: Final = _words(
    "he she it they this that these those who which one here there then everyone someone anyone somebody "
    "somewhere он она оно они это этот тот который кто что тут там здесь тогда сюда туда кто-то что-то"
)
"""Words that are hardly an answer, since they point at something else."""

PERSONAL: Final = _words("I you we he she it they this that я ты мы вы он она оно они это этот тот")

STARTING: Final = _words(
    "the a an he she it we they you this that these those my your his her its our their there "
    "он она оно мы вы ты они это этот эта мой твой его её их наш ваш я не в на"
)
"""Words that lose their capital letter where a sentence goes on with them."""
