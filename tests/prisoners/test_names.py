"""Names in two scripts meet under their keys."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.prisoners.names import LONGEST_WORD, MOST_WORDS, name_keys, search_keys, sorting_form

SPELLINGS = [
    # Printed side by side in one book.
    "Ivankin / Invankin : Maksim Ivankin / Maxim Invankin",
    "Danil Chertykov / Danila Chertykov / Данил Чертыков",
    "Aleksandr Snezhkov / Alexander Snezhkov / Sasha Snezhkov / Александр Снежков",
    "Lyubov' Lizunova / Lyubov Lizunova / Lyuba Lizunova / Любовь Лизунова",
    "Darya Polyudova / Daria Polyudova / Дарья Полюдова",
    "Alyona Krylova / Alena Krylova / Алёна Крылова / Алена Крылова",
    "Dmitriy Chuvilin / Dmitry Chuvilin / Дмитрий Чувилин",
    "Yuriy Efimov / Yuri Efimov / Юрий Ефимов",
    "Alexey Dmitriev / Alexei Dmitriev / Алексей Дмитриев",
    "Sergey Krupenko / Sergei Krupenko / Сергей Крупенко",
    "Artyom Borodin / Artem Borodin / Артём Бородин",
]
WORDS = [
    "Savely Saveliy Савелий",
    "Viktor Victor Виктор",
    "Andrey Andrei Андрей",
    "Dmitriy Dmitry Dmitrii Dmitrij Дмитрий",
    "Yuriy Yuri Iurii Jurij Юрий",
    "Alyona Alena Алёна Алена",
    "Lyubov' Lyubov Liubov Любовь",
    "Aleksandr Alexander Александр",
    "Artyom Artem Артём",
    "Sergey Sergei Сергей",
    "Alexey Alexei Aleksei Алексей",
    "Darya Daria Дарья",
    "Mikhail Mihail Михаил",
    "Maxim Maksim Максим",
    "Yevgeny Evgeny Evgenii Евгений",
    "Fyodor Fedor Фёдор",
    "Tatyana Tatiana Татьяна",
    "Natalia Natalya Наталья",
    "Yulia Juliya Юлия",
    "Solovyov Soloviev Solovyev Соловьёв Соловьев",
    "Eliseev Yeliseyev Елисеев",
    "Sagynbaev Sagynbayev Сагынбаев",
    "Miftakhov Miftahov Мифтахов",
    "Khabibullin Habibulin Хабибуллин",
    "Obyedkov Ob'edkov Ob’edkov Объедков",
    "Shchukin Schukin Ščukin Щукин",
    "Tsypkin Cypkin Цыпкин",
    "Shishkin Šiškin Шишкин",
    "Zhukov Žukov Жуков",
    "Philipp Filipp Филипп",
    "Azaryan Azarian Азарян",
    "ALEKSANDR aleksandr АЛЕКСАНДР",
]


@pytest.mark.parametrize("spellings", SPELLINGS)
def test_every_spelling_of_a_printed_name_shares_a_word_with_every_other(spellings: str):
    names = spellings.split(" : ")[-1].split(" / ")

    assert frozenset.intersection(*map(name_keys, names)), names


@pytest.mark.parametrize("words", WORDS)
def test_every_form_of_a_word_meets_every_other(words: str):
    assert frozenset.intersection(*map(name_keys, words.split())), {word: name_keys(word) for word in words.split()}


@pytest.mark.parametrize(
    "one, other",
    [
        ("Kirill Brik", "Kirill"),
        ("Vladimir Timofeev", "Stepan Timofeev"),
        ("Artyom Samsonov", "Artem Borodin"),
        ("Artyom Samsonov", "Artyom Pronko"),
    ],
)
def test_namesakes_share_a_word_but_not_the_name(one: str, other: str):
    assert name_keys(one) & name_keys(other)
    assert name_keys(one) != name_keys(other)


@pytest.mark.parametrize(
    "one, other", [("Кирилл", "Виктор"), ("Дарья", "Мария"), ("Шишкин", "Щукин"), ("Зуев", "Жуков")]
)
def test_different_names_do_not_meet(one: str, other: str):
    assert not name_keys(one) & name_keys(other)


@pytest.mark.parametrize("name", sorted({word for words in WORDS for word in words.split()}))
def test_half_a_word_is_the_beginning_of_a_key(name: str):
    # A c may become ts, k or ch: whoever types on gets there.
    for end in range(3, len(name) + 1):
        typed = name[:end]
        if typed.casefold().endswith("c"):
            continue
        (beginnings,) = search_keys(typed)
        assert any(key.startswith(beginning) for key in name_keys(name) for beginning in beginnings), (typed, name)


def test_a_double_name_is_found_by_each_half():
    assert search_keys("анна")[0] & name_keys("Ирина-Анна Петрова-Водкина")
    assert search_keys("Vodkin")[0] <= {key[:6] for key in name_keys("Ирина-Анна Петрова-Водкина")}


def test_nothing_but_signs_is_no_name():
    assert search_keys(" -- '’ 💥 ") == ()
    assert name_keys("…") == frozenset()


def test_a_very_long_query_is_cut():
    keys = search_keys("а" * 9 + " " + "бв" * 5000 + " x" * 1000)

    assert len(keys) == MOST_WORDS
    assert all(len(key) <= LONGEST_WORD for word in keys for key in word)


@given(st.text(max_size=60))
def test_any_text_has_keys_of_plain_letters_and_digits(text: str):
    for key in name_keys(text):
        assert key.isascii()
        assert key.isalnum()
        assert key == key.lower()


@given(st.text(alphabet="абвгдеёжзийклмнопрстуфхцчшщъыьэюя", min_size=1, max_size=12))
def test_case_and_surroundings_do_not_matter(word: str):
    assert name_keys(word) == name_keys(f"  «{word.upper()}», ")


def test_sorting_puts_yo_among_ye_and_forgets_case():
    names = ["Ёлкин", "Жуков", "елагин", "Евсеев"]

    assert sorted(names, key=sorting_form) == ["Евсеев", "елагин", "Ёлкин", "Жуков"]
    assert all(one <= other for one, other in pairwise(map(sorting_form, sorted(names, key=sorting_form))))
