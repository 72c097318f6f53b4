"""
Irregular English words, which no stemmer knows: *wrote* and *written* are forms of *write*.

Forms that are more often other words are left out: *rose*, *ground*, *wound*, *lay*, *born*.

    >>> BASE["wrote"], BASE["children"]
    ('write', 'child')
"""

from __future__ import annotations

from collections.abc import Mapping

_FORMS = """
    arise arose arisen; awake awoke awoken; bear bore borne; beat beaten; become became; begin began begun;
    bend bent; bind bound; bite bit bitten; bleed bled; blow blew blown; break broke broken; breed bred;
    bring brought; build built; burn burnt; buy bought; catch caught; choose chose chosen; cling clung;
    come came; creep crept; deal dealt; dig dug; draw drew drawn; dream dreamt; drink drank drunk;
    drive drove driven; dwell dwelt; eat ate eaten; fall fell fallen; feed fed; feel felt; fight fought;
    find found; flee fled; fling flung; fly flew flown; forbid forbade forbidden; foresee foresaw foreseen;
    foretell foretold; forget forgot forgotten; forgive forgave forgiven; forsake forsook forsaken;
    freeze froze frozen; get got gotten; give gave given; go goes went gone; grow grew grown; hang hung;
    hear heard; hide hid hidden; hold held; keep kept; kneel knelt; know knew known; lead led; lean leant;
    leap leapt; learn learnt; leave left; lend lent; lie lain; light lit; lose lost; make made; mean meant;
    meet met; mislead misled; mistake mistook mistaken; misunderstand misunderstood; overcome overcame;
    oversee oversaw overseen; overtake overtook overtaken; overthrow overthrew overthrown; pay paid;
    prove proven; rebuild rebuilt; ride rode ridden; ring rang rung; rise risen; run ran; say said;
    see saw seen; seek sought; sell sold; send sent; sew sewn; shake shook shaken; shine shone; shoot shot;
    show shown; shrink shrank shrunk; sing sang sung; sink sank sunk; sit sat; slay slew slain; sleep slept;
    slide slid; sling slung; smell smelt; sow sown; speak spoke spoken; speed sped; spell spelt; spend spent;
    spill spilt; spin spun; spit spat; spoil spoilt; spring sprang sprung; stand stood; steal stole stolen;
    stick stuck; sting stung; stink stank stunk; strike struck stricken; string strung; strive strove striven;
    swear swore sworn; sweep swept; swell swollen; swim swam swum; swing swung; take took taken; teach taught;
    tear tore torn; tell told; think thought; throw threw thrown; tread trod trodden;
    understand understood; undertake undertook undertaken; undo undid undone; uphold upheld; wake woke woken;
    wear wore worn; weave wove woven; weep wept; win won; withdraw withdrew withdrawn; withhold withheld;
    withstand withstood; wring wrung; write wrote written;
    calf calves; child children; elf elves; foot feet; goose geese; half halves; knife knives; loaf loaves;
    louse lice; man men; mouse mice; ox oxen; scarf scarves; shelf shelves; thief thieves; tooth teeth;
    wife wives; wolf wolves; woman women
"""

BASE: Mapping[str, str] = {form: base for base, *forms in map(str.split, _FORMS.split(";")) for form in forms}
"""The base form of each irregular form."""
