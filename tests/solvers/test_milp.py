import numpy as np
import pytest

from optimizer.solvers.writer import Writer
from tests.programs import program


def written() -> Writer:
    writer = Writer()
    a = writer.add_columns("a", (2, 2), 0.0, np.array([1.0, 2.0]))
    b = writer.add_columns("b", (3,), integer=True)
    rows = writer.add_rows("r", (2,), -np.inf, [4.0, 5.0])
    writer.add_entries(rows.index[:, None], a.index, 1.0)
    writer.add_entries(rows.index[0], b.index[0], 2.0)
    writer.add_entries(rows.index[0], b.index[0], 0.5)
    writer.add_objective("cost", b.index, -3.0)
    writer.add_objective("cost", b.index[:1], -1.0)
    writer.add_objective("worth", a.index, 2.0)
    writer.add_constant("cost", -7.0)
    return writer


def test_blocks_bounds_and_entries() -> None:
    made = written().program(("cost",))
    assert made.upper.tolist() == [1, 2, 1, 2, *[np.inf] * 3]
    assert made.integer.tolist() == [False] * 4 + [True] * 3
    assert made.matrix.toarray().tolist() == [[1, 1, 0, 0, 2.5, 0, 0], [0, 0, 1, 1, 0, 0, 0]]
    assert made.objective.tolist() == [2, 2, 2, 2, -4, -3, -3]
    assert made.constant == -7
    assert made.columns["b"].of(np.arange(7.0)).tolist() == [4, 5, 6]


def test_value_parts_and_gap() -> None:
    made = written().program(("cost",))
    x = np.array([1.0, 2, 1, 2, 1, 0, 2])
    assert made.parts["worth"].value(x) == 12
    assert made.parts["cost"].value(x) == -4 - 6 - 7
    assert made.value(x) == 12 - 17
    assert made.system_cost.value(x) == 17
    assert made.gap(x, -5 + 1.7) == pytest.approx(0.1)
    assert made.gap(x, -6) == 0


def test_the_gap_is_absolute_if_system_cost_is_zero() -> None:
    free = program([1], [[1]], [1], upper=[1], cost=0.0)
    assert free.gap(np.array([0.5]), 0.75) == 0.25


def test_names() -> None:
    made = written().program(("cost",))
    assert made.name_of_column(0) == "a[0,0]"
    assert made.name_of_column(3) == "a[1,1]"
    assert made.name_of_column(6) == "b[2]"
    assert made.name_of_row(1) == "r[1]"
    with pytest.raises(IndexError):
        made.name_of_row(2)


def test_a_block_name_is_unique() -> None:
    writer = written()
    with pytest.raises(ValueError, match="block a already exists"):
        writer.add_columns("a", (1,))


def test_fixing_rounds_integer_columns() -> None:
    made = written().program(("cost",))
    x = np.array([0.3, 2, 1, 2, 0.999, 1.2, 2])
    fixed = made.fixed(x, np.array([True, False, False, False, True, True, False]))
    assert fixed.lower[[0, 4, 5]].tolist() == fixed.upper[[0, 4, 5]].tolist() == [0.3, 1, 1]
    assert fixed.integer.tolist() == [False] * 6 + [True]
    assert fixed.upper[6] == np.inf
    assert fixed.matrix is made.matrix


def test_other_bounds_and_objectives_share_the_matrix() -> None:
    made = written().program(("cost",))
    other = made.with_bounds(upper=made.upper + 1).with_objective(np.ones(7))
    assert other.matrix is made.matrix
    assert other.constant == 0
    assert other.upper[0] == 2
    assert made.upper[0] == 1
    assert not made.relaxed().integer.any()
