"""The nearest flip: known in closed form, and confirmed by solving both sides of it again."""

import importlib
from typing import Any

import numpy as np
import pytest

import optimizer as op
from optimizer.counterfactual.bracketing import judged
from optimizer.counterfactual.flip import Flip, SearchedChange
from optimizer.counterfactual.saved import load_displacement
from optimizer.load import with_overrides
from optimizer.schema.instance import Instance
from tests.counterfactual.cases import GAP, QUICK, other_zone, slack, unlocked
from tests.counterfactual.market import market
from tests.factory import changed

search = importlib.import_module("optimizer.counterfactual.nearest_flip")


def found(instance: Instance, **more: Any) -> Flip:
    """The nearest flip, which two new solves confirm."""
    result = op.displacement(instance, gap=GAP, **{**QUICK, "flip": True, **more})
    assert isinstance(result, op.Displacement)
    flip = result.flip
    assert flip is not None
    assert result.energy is not None
    assert flip.before == judged(0.0, result.energy.displacement).words
    if flip.found:
        assert flip.confirmed
        assert band_after(instance, flip, 0) == flip.before
        assert band_after(instance, flip, 1) == flip.after
    return flip


def holds(flip: Flip, distance: float) -> bool:
    """Whether the bracket holds a distance; its ends may hit it to within rounding."""
    assert flip.bracket is not None
    assert flip.bracket[1] == flip.distance
    first, last = sorted(flip.bracket)
    return first - 1e-9 <= distance <= last + 1e-9


def band_after(instance: Instance, flip: Flip, end: int) -> str:
    """Band at an end of the flip's bracket, by solving the changed instance from its files."""
    assert flip.bracket is not None
    how = "scale" if flip.unit == "times" else "add"
    amount = flip.bracket[end] + (how == "scale")
    edits = [op.Edit(path, how, amount, "test") for path in flip.paths]
    result = op.displacement(with_overrides(instance, edits), gap=GAP, **QUICK)
    assert result.energy is not None
    return judged(0.0, result.energy.displacement).words


def limited(limit_mw: float, racks: float = 2) -> Instance:
    """Zone Z limits the cloud to L of 10 Gtok/h; X serves F more, at 2 MWh/Gtok, in zone Y.

    The cloud serves min(L, 10) without X and min(L, 10 - F) with it.  So D is (L - 10 + F) / 2F
    for L between 10 - F and 10.
    """
    edits = {"zones.Z.limit_mw": limit_mw, "pools.X/box.existing_units": 10 * racks}
    return changed(other_zone(), edits)


def test_a_limit_is_named_with_its_distance() -> None:
    """At L = 9.2 and F = 2, D is 0.3: 0.4 at L = 9.6, and never more than 0.5."""
    flip = found(limited(9.2))
    assert (flip.kind, flip.what, flip.paths) == ("zone", "Z", ("zones.Z.limit_mw",))
    assert (flip.before, flip.after) == ("mostly adds", "mixed")
    assert holds(flip, 0.4)
    assert flip.bracket is not None
    assert flip.bracket[1] - flip.bracket[0] <= 0.05 * flip.bracket[1]
    assert flip.value == pytest.approx(9.2)
    assert flip.value_at_flip == pytest.approx(9.2 + flip.bracket[1])
    assert flip.relative_distance == pytest.approx(flip.bracket[1] / 9.2)
    assert flip.phrase.startswith("+0.4")
    assert " MW of Z, 4." in flip.phrase
    assert flip.phrase.endswith("% of it, makes it mixed")
    assert flip.next is None


def test_a_limit_may_fall() -> None:
    """At L = 9.7, D is 0.425: 0.4 at L = 9.6, and never above 0.5."""
    flip = found(limited(9.7))
    assert (flip.before, flip.after) == ("mixed", "mostly adds")
    assert holds(flip, -0.1)
    assert flip.phrase.endswith("makes it mostly add")


@pytest.mark.slow
def test_the_flip_that_follows_is_found_too() -> None:
    """With F = 5, D is 0.02 at L = 5.2, 0.1 at 6, and 0.4 at 9."""
    flip = found(limited(5.2, 5))
    assert (flip.before, flip.after) == ("adds", "mostly adds")
    assert holds(flip, 0.8)
    assert flip.next is not None
    assert (flip.next.before, flip.next.after) == ("mostly adds", "mixed")
    assert holds(flip.next, 3.8)
    assert not flip.next.confirmed
    assert " makes it mostly add, and about +3.8" in flip.phrase
    assert flip.phrase.endswith("MW makes it mixed")


def test_the_size_of_the_intervention_may_be_what_it_hangs_on() -> None:
    """X serves 2 Gtok/h that nothing else reaches, then what the cloud would: D is (F - 2) / F.

    At F = 4 that is a half; 0.4 is a sixth less, and 0.6 a quarter more.
    """
    flip = found(changed(unlocked(), {"classes.chat.site_kinds": ["edge", "cloud"]}))
    assert (flip.kind, flip.what) == ("size", "edge")
    assert flip.paths == ("pools.X/box.existing_units",)
    assert (flip.before, flip.after) == ("mixed", "mostly adds")
    assert holds(flip, -1 / 6)
    assert flip.phrase.startswith("edge 1")
    assert "% smaller makes it mostly add" in flip.phrase


@pytest.mark.slow
def test_the_elasticity_of_demand_may_be_what_it_hangs_on() -> None:
    """D is s / (s + |elasticity|) with a supply elasticity s of 0.5: 0.6 at a third.

    At -0.25 that is a third more.
    """
    result = op.displacement(market(-0.25, 0.2, 0.2, 0.01, {}), gap=GAP, **{**QUICK, "flip": True})
    assert isinstance(result, op.Displacement)
    flip = result.flip
    assert flip is not None
    assert (flip.kind, flip.paths) == ("elasticity", ("classes.chat.elasticity",))
    assert (flip.before, flip.after) == ("mostly substitutes", "mixed")
    # The fleet is 2% of demand, so the market deviates from the formula by about as much.
    assert flip.relative_distance == pytest.approx(1 / 3, abs=0.08)
    assert flip.phrase.startswith("demand ")
    assert "% more elastic makes it mixed" in flip.phrase


def nearest_by_hand(limit_mw: float, racks: float) -> float:
    """Least relative change of L or of F at which the band of D changes, up to doubling."""

    def band_of(limit: float, fleet: float) -> str:
        rest = min(limit, 10) - min(limit, 10 - min(fleet, 10))
        return judged(0.0, rest / (2 * min(fleet, 10))).words

    grid = np.geomspace(1e-3, 1.0, 4000)
    changes = sorted([*grid, *(-grid / (1 + grid))], key=abs)
    now = band_of(limit_mw, racks)
    for change in changes:
        if now != band_of(limit_mw * (1 + change), racks):
            return float(change)
        if now != band_of(limit_mw, racks * (1 + change)):
            return float(change)
    raise AssertionError("no flip")


@pytest.mark.slow
@pytest.mark.parametrize(("limit_mw", "racks"), [(9.3, 1.2), (8.2, 2.5)])
def test_no_other_change_is_nearer(limit_mw: float, racks: float) -> None:
    flip = found(limited(limit_mw, racks))
    nearest = nearest_by_hand(limit_mw, racks)
    assert flip.relative_distance == pytest.approx(nearest, rel=0.06)


def test_nothing_may_move_it_and_the_range_says_so() -> None:
    """X displaces the cloud one for one at any size."""
    flip = found(changed(slack(), {"sites.X.pue": 2.0}))
    assert not flip.found
    assert flip.after is None
    assert flip.next is None
    (size,) = flip.searched
    assert (size.lowest, size.highest) == (pytest.approx(-0.5), pytest.approx(1.0))
    assert flip.phrase == "no change from -50% to +100% of edge's size was found to move it"


def test_a_search_without_time_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "EFFORT_S", 0.0)
    monkeypatch.setattr(search, "EFFORT", 0.0)
    result = op.displacement(limited(9.2), gap=GAP, **{**QUICK, "flip": True})
    assert isinstance(result, op.Displacement)
    assert result.flip is None
    assert "nearest flip not found: it was stopped first" in result.warnings


@pytest.mark.slow
def test_the_tutorial_hangs_on_its_zone() -> None:
    flip = found(op.load_instance("instances/tutorial"))
    assert (flip.what, flip.before) == ("RIVER", "mostly adds")
    assert flip.distance is not None
    assert flip.distance < 0


def test_a_flip_is_saved_and_read_back(tmp_path: Any) -> None:
    result = op.displacement(limited(9.2), gap=GAP, **{**QUICK, "flip": True})
    assert isinstance(result, op.Displacement)
    assert result.flip is not None
    assert result.summary()["flip"]["phrase"] == result.flip.phrase
    assert result.summary()["flip"]["what"] == "Z"
    result.save(tmp_path)
    again = load_displacement(tmp_path)
    assert isinstance(again, op.Displacement)
    assert again.flip == result.flip
    quick = op.displacement(limited(9.2), gap=GAP, **QUICK)
    assert quick.summary()["flip"] is None


NEXT = Flip(
    before="mixed", after="mostly adds", kind="capacity area", what="RTO", unit="MW", distance=693
)


@pytest.mark.parametrize(
    ("fields", "phrase"),
    [
        (
            {"kind": "capacity area", "what": "RTO", "unit": "MW", "distance": 400.0},
            "+400 MW of RTO, 0.26% of it, makes it mixed",
        ),
        (
            {"kind": "capacity area", "what": "RTO", "unit": "MW", "distance": 400.0, "next": NEXT},
            "+400 MW of RTO, 0.26% of it, makes it mixed, and about +693 MW makes it mostly add",
        ),
        (
            {"kind": "CO2 cap", "what": "CO2 cap", "unit": "t/year", "distance": -1234567.0},
            "-1,234,567 t/year of the CO2 cap, 0.26% of it, makes it mixed",
        ),
        (
            {"kind": "capital budget", "what": "capital budget", "unit": "$/year", "distance": 2e6},
            "+$2,000,000 a year of the capital budget, 0.26% of it, makes it mixed",
        ),
        (
            {"kind": "size", "what": "edge", "unit": "times", "distance": -0.1234},
            "edge 12.4% smaller makes it mixed",
        ),
    ],
)
def test_a_flip_in_words(fields: dict[str, Any], phrase: str) -> None:
    flip = Flip(
        before="mostly substitutes",
        after="mixed",
        relative_distance=0.002595,
        confirmed=True,
        **fields,
    )
    assert flip.phrase == phrase
    doubtful = flip.model_copy(update={"confirmed": False})
    assert doubtful.phrase == f"{phrase.replace('about ', '')} (by a relaxation, not confirmed)"


def test_a_search_without_a_flip_in_words() -> None:
    searched = (
        SearchedChange(what="RTO", kind="capacity area", lowest=-0.5, highest=0.5),
        SearchedChange(what="elasticity", kind="elasticity", lowest=-0.5, highest=0.5),
    )
    flip = Flip(before="adds", searched=searched)
    assert flip.phrase == "no change from -50% to +50% of RTO or elasticity was found to move it"
    less = searched[1].model_copy(update={"lowest": -0.029})
    uneven = flip.model_copy(update={"searched": (searched[0], less)}).phrase
    assert uneven == (
        "no change of RTO (-50% to +50%) or elasticity (-2.9% to +50%) was found to move it"
    )
    assert Flip(before="adds").phrase == "nothing was found that could move it"


def test_a_flip_may_lead_to_a_verdict_of_two_bands() -> None:
    after = "mixed to mostly substitutes"
    flip = Flip(before="substitutes", after=after, kind="zone", what="Z", unit="MW")
    found = flip.model_copy(update={"distance": 4.0, "relative_distance": 0.02, "confirmed": True})
    assert found.phrase == f"+4 MW of Z, 2% of it, makes it {after}"
    with pytest.raises(ValueError, match="must be one of amplifies"):
        Flip(before="substitutes", after="mixed to x")
