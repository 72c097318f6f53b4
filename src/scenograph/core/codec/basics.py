"""
Basic words: what words look like before a lexicon has seen any.

Format 2 spells words by the letters of these and of the lexicon's own words: roles of AMR and PropBank, and
frequent words of English and Russian. The list is part of the format: changing it needs a new one.
"""

from __future__ import annotations

_ROLES = """
ARG0 ARG1 ARG2 ARG3 ARG4 ARG5 ARGM-ADV ARGM-LOC ARGM-MNR ARGM-NEG ARGM-TMP accompanier age agent beneficiary
cause concession condition content day degree destination direction domain duration example extent frequency
instrument li location manner medium mod mode month name object op1 op2 op3 op4 ord owner part path place
polarity polite poss property purpose quant recipient role snt1 snt2 source theme time topic type unit value
weekday wiki year
"""

_CONCEPTS = """
a about after again all also always an and another any anything ask at back bad be because become before
begin believe-01 better big body book boy bring-01 build-01 but buy call-01 can cause-01 change-01 child
city close come-01 company contrast-01 country day different do-02 draw-01 each early eat-01 end even ever
every everything eye face fall family far father feel-01 few find-01 first follow-01 for force friend from
get-01 give-01 go-02 good government great group grow hand happen-02 happy hard have-03 have-degree-91
have-org-role-91 have-rel-role-91 he head hear-01 help-01 her here high him his home hour house how however
i idea if important in interest into it just keep-01 kill-01 kind know-01 land large last later law leave-01
letter life light like-01 line little live-01 long look-01 lose-01 love-01 make-01 man many matter may
mean-01 meet-03 money month more morning most mother move-01 much multi-sentence must name need-01 never new
next night no nothing now number obligate-01 of old on one only open or other our out over own part pay-01
people person place plan-01 point possible-01 problem public question read-01 really reason recommend-01
right run-02 same say-01 school see-01 seem-01 send-01 she should small so some someone something soon
speak-01 stand-01 start-01 state still stop-01 story strong study-01 such sun system take-01 talk-01 tell-01
than that the then there they thing think-01 this time today too turn-01 two understand-01 until up use-01
very wait-01 walk-01 want-01 war water way we week well what when where which while white who why will with
woman word work-01 world write-01 year yes you young amr-unknown date-entity temporal-quantity
ordinal-entity 1 2 3 10 100 2000 - + University United_States National_Park The_New_York_Times
"""

_RUSSIAN = """
а без более большой брат быть в ведь весь взять видеть вместе вода война вопрос время все всегда всё вы где
глаз год говорить голова город дать два дверь дело день деньги дерево для до дом дорога друг думать ещё
женщина жизнь за земля знать и идти из или имя как книга когда конец который кто лето лицо любить люди
маленький мать место мир много может море мост мы на надо народ наш не нет новый ночь о один он она они от
отец очень первый писать письмо по под понимать после последний почему правда при просить работа работать
ребёнок река рука с сам самый свет свой сделать сегодня себя семья сидеть сказать слово слышать смотреть со
современный солнце спросить стать старый стоять сторона страна считать так там твой тебе тогда только три ты
у увидеть уже умереть утро хороший хотеть человек через что чтобы этот я язык Россия Москва Анна Иванов
Петербург
"""

_STRINGS = (
    '"John Smith"',
    '"2001-01-01"',
    '"New York"',
    '"The History of the World"',
    '"10.5"',
    '"Иван Петров"',
)

WORDS = (*[f":{role}" for role in _ROLES.split()], *_CONCEPTS.split(), *_RUSSIAN.split(), *_STRINGS)
