"""Two processes apply at once: one wins, the other says so, and what is left is as if one had come after the other."""

from __future__ import annotations

from bailee.engine.apply import apply_plan
from bailee.engine.plans import plan_erase
from bailee.plan import PlanDocument
from tests.harm.dying import CONTEXT, apply_in_step
from tests.harm.firm import BOB, NOW, Firm
from tests.harm.refusals import books_fail, says_nothing_personal, stale

PATIENCE = 30  # seconds


class Other:
    """Another process that applies a plan; it is ready, and waits for a word to begin."""

    def __init__(self, firm: Firm, plan: PlanDocument, *, stop: bool = False) -> None:
        self.pipe, theirs = CONTEXT.Pipe()
        arguments = (firm.folder, firm.environment, plan.to_json(), NOW, theirs)
        self.process = CONTEXT.Process(target=apply_in_step, args=arguments, kwargs={"stop": stop})
        self.process.start()
        theirs.close()
        assert self.hears() == "ready"

    def go(self) -> None:
        """Let it begin, or go on."""
        self.pipe.send("go")

    def hears(self) -> str:
        """Return what it says next."""
        assert self.pipe.poll(PATIENCE)
        return str(self.pipe.recv())

    def ends(self) -> str:
        """Return the last that it says, when it has ended."""
        said = self.hears()
        self.process.join(PATIENCE)
        assert self.process.exitcode == 0
        return said


def undisturbed(firm: Firm, plan: PlanDocument) -> object:
    """Return the rows that are left when nobody comes between."""
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    return firm.dump()


def test_a_second_apply_says_that_the_first_is_at_work(firm: Firm) -> None:
    plan = firm.plan()
    other = Other(firm, plan, stop=True)
    other.go()
    assert other.hears() == "at work"
    with firm.systems() as systems, books_fail("another plan is being applied"):
        apply_plan(systems, plan)
    other.go()
    assert other.ends() == "clean"
    with firm.systems() as systems:
        assert apply_plan(systems, plan).again


def test_a_process_that_died_lets_go_of_the_books(firm: Firm) -> None:
    plan = firm.plan()
    other = Other(firm, plan, stop=True)
    other.go()
    assert other.hears() == "at work"
    other.process.kill()
    other.process.join()
    assert firm.run("SELECT count(*) FROM persons") == [(2,)]
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean


def test_of_two_applies_at_the_same_moment_one_does_it(firm: Firm) -> None:
    expected = undisturbed(firm, firm.plan())
    for _ in range(3):
        firm.refill()
        plan = firm.plan()
        both = [Other(firm, plan), Other(firm, plan)]
        for other in both:
            other.go()
        said = sorted(other.ends() for other in both)
        assert says_nothing_personal("".join(said))
        assert "clean" in said
        assert all(word in {"clean", "again"} or "another plan is being applied" in word for word in said)
        assert said != ["clean", "clean"]
        assert firm.dump() == expected


def test_two_persons_in_two_plans_leave_nothing_that_neither_would_have_left(firm: Firm) -> None:
    """Each plan takes the other's person for living: the second is stale, and made anew it takes what they shared."""
    alice, bob = firm.plan(), firm.plan(lambda systems: plan_erase(systems, [[BOB]]))
    with firm.systems() as systems:
        assert apply_plan(systems, alice).is_clean
    assert firm.run("SELECT count(*) FROM threads") == [(1,)]
    with firm.systems() as systems, stale("thread/delete was not in the plan"):
        apply_plan(systems, bob)
    bob = firm.plan(lambda systems: plan_erase(systems, [[BOB]]))
    with firm.systems() as systems:
        assert apply_plan(systems, bob).is_clean
    assert firm.run("SELECT count(*) FROM threads") == [(0,)]
