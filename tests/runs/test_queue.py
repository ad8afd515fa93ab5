"""The line of waiting trainings: its order, and that a ticket is taken once."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

from gan_core.runs.queue import FILE, Ticket, dequeue, enqueue, fair_order, is_queued, tickets


def line(*owners: str) -> list[Ticket]:
    return [Ticket(Path(f"{owner}{number}"), owner, float(number)) for number, owner in enumerate(owners)]


def names(found: list[Ticket]) -> list[str]:
    return [ticket.folder.name for ticket in found]


def test_owners_take_turns_however_much_one_asks_for() -> None:
    assert names(fair_order(line("a", "a", "a", "b", "c", "b"), {})) == ["a0", "b3", "c4", "a1", "b5", "a2"]


def test_who_holds_a_place_comes_after_who_holds_none() -> None:
    assert names(fair_order(line("a", "b"), {"a": 1})) == ["b1", "a0"]


def test_who_was_served_last_comes_last_although_nothing_is_held_any_more() -> None:
    assert names(fair_order(line("a", "a", "b"), {}, {"a": 1})) == ["b2", "a0", "a1"]


def test_one_owner_keeps_the_order_of_asking() -> None:
    assert names(fair_order(line("a", "a", "a"), {"a": 2}, {"a": 7})) == ["a0", "a1", "a2"]


def test_tickets_are_read_back_oldest_first(tmp_path: Path) -> None:
    for name in ("second", "first"):
        (tmp_path / name).mkdir()
    enqueue(tmp_path / "first", "a")
    enqueue(tmp_path / "second", "b")
    assert names(tickets(tmp_path)) == ["first", "second"]
    for odd, text in (("list", "[]"), ("torn", '{"owner"'), ("words", '{"owner": 3, "since": "x"}')):
        (tmp_path / odd).mkdir()
        (tmp_path / odd / FILE).write_text(text)
    found = tickets(tmp_path)
    assert names(found)[:2] == ["first", "second"]
    assert len(found) == 5


def test_a_ticket_is_taken_by_exactly_one(tmp_path: Path) -> None:
    enqueue(tmp_path, "a")
    assert is_queued(tmp_path)
    taken: list[bool] = []
    threads = [Thread(target=lambda: taken.append(dequeue(tmp_path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 7 + [True]
    assert not is_queued(tmp_path)
