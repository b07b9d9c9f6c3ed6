"""Names for a generated collective: plainly invented, from trees and birds, each in two scripts."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

_MEN = """
Антон/Anton Борис/Boris Виктор/Viktor Георгий/Georgy Денис/Denis Евгений/Yevgeny Захар/Zakhar Илья/Ilya Кирилл/Kirill
Лев/Lev Максим/Maxim Никита/Nikita Олег/Oleg Павел/Pavel Роман/Roman Семён/Semyon Тимур/Timur Фёдор/Fyodor
Эдуард/Eduard Юрий/Yuri Ярослав/Yaroslav Андрей/Andrei Глеб/Gleb Матвей/Matvei
"""
_WOMEN = """
Анна/Anna Белла/Bella Вера/Vera Галина/Galina Дарья/Darya Елена/Yelena Жанна/Zhanna Зоя/Zoya Ирина/Irina Клара/Klara
Лидия/Lidiya Мария/Maria Нина/Nina Ольга/Olga Полина/Polina Раиса/Raisa Софья/Sofya Тамара/Tamara Ульяна/Ulyana
Фаина/Faina Эмма/Emma Юлия/Yulia Яна/Yana Ксения/Ksenia
"""
_FAMILIES = """
Липов/Lipov Дубов/Dubov Кленов/Klenov Осинин/Osinin Рябинин/Ryabinin Калинин/Kalinin Черёмухин/Cheryomukhin
Ольхин/Olkhin Ивов/Ivov Буков/Bukov Грабов/Grabov Ясенев/Yasenev Тополев/Topolev Вязов/Vyazov Елкин/Yelkin
Соснов/Sosnov Кедров/Kedrov Снегирёв/Snegiryov Синицын/Sinitsyn Воробьёв/Vorobyov Дроздов/Drozdov Щеглов/Shcheglov
Чижов/Chizhov Журавлёв/Zhuravlyov Лебедев/Lebedev Гусев/Gusev Соколов/Sokolov Кукушкин/Kukushkin Голубев/Golubev
Сорокин/Sorokin Галкин/Galkin Грачёв/Grachyov Воронов/Voronov Зябликов/Zyablikov Иволгин/Ivolgin Куликов/Kulikov
Перепёлкин/Perepyolkin Стрижов/Strizhov Ласточкин/Lastochkin Филинов/Filinov Совин/Sovin Цаплин/Tsaplin Аистов/Aistov
Рябчиков/Ryabchikov Глухарёв/Glukharyov Коростелёв/Korostelyov Поползнев/Popolznev Пеночкин/Penochkin
"""


@dataclass(frozen=True)
class Name:
    """One invented name."""

    shown: str
    local: str
    """Family, given and father's name, as on an envelope."""
    spelling: str
    """Another spelling in Latin letters."""
    is_woman: bool


def invented(count: int, rng: Random) -> list[Name]:
    """So many different names, at most 2,304."""
    pairs = [(given, family, "") for given in _MEN.split() for family in _FAMILIES.split()]
    pairs += [(given, family, "а") for given in _WOMEN.split() for family in _FAMILIES.split()]
    return [_name(given, family, ending, rng) for given, family, ending in rng.sample(pairs, count)]


def _name(given: str, family: str, ending: str, rng: Random) -> Name:
    given_local, given_latin = given.split("/")
    family_local, family_latin = family.split("/")
    father = rng.choice(("Иванов", "Петров", "Сергеев", "Олегов")) + ("на" if ending else "ич")
    latin = f"{given_latin} {family_latin}{'a' if ending else ''}"
    local = f"{family_local}{ending} {given_local} {father}"
    return Name(latin, local, latin.replace("yo", "e").replace("ts", "c"), is_woman=bool(ending))
