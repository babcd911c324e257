"""The study browser's rows as a tree: patients or their only study, studies, slices."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.panels.rows import PatientRow, SliceRow, StudyRow
from app.panels.study_search import PatientBranch, StudyBranch
from app.words import tr

ROW_ROLE = Qt.ItemDataRole.UserRole
SHOWN_ROLE = Qt.ItemDataRole.UserRole + 1
"""True of the slice that is on the screen."""
Index = QModelIndex | QPersistentModelIndex
Row = PatientRow | StudyRow | SliceRow
_TOP = -1


@dataclass(slots=True)
class Node:
    """A row with its place in the tree; ``place`` is a slice's place in its study."""

    key: str
    row: Row
    parent: int
    at: int
    study_id: str = ""
    place: int = -1
    children: Sequence[int] = ()


class StudyModel(QAbstractItemModel):
    """Plain values in, indexes out; nodes are named by their number, so none can dangle.

    An index carries its node's number plus one, so that Qt's index of nothing, which carries 0,
    stands for what holds the topmost rows: a view asks these questions thousands of times.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._patients: tuple[PatientBranch, ...] = ()
        self._nodes: list[Node] = []
        self._children: list[Sequence[int]] = [()]
        self._can_unfold: list[bool] = [False]
        self._by_key: dict[str, int] = {}
        self._shown_key = ""

    def show_branches(self, patients: Sequence[PatientBranch]) -> bool:
        """Take other rows; return False where only what they say changed, and not which there are."""
        if tuple(patients) == self._patients:
            return False
        self._patients = tuple(patients)
        nodes = _nodes(patients)
        if [node.key for node in nodes] == [node.key for node in self._nodes]:
            self._update(nodes)
            return False
        self.beginResetModel()
        self._nodes = nodes
        self._by_key = {node.key: number for number, node in enumerate(nodes)}
        roots = [number for number, node in enumerate(nodes) if node.parent == _TOP]
        self._children = [roots, *(node.children for node in nodes)]
        self._can_unfold = [bool(roots), *map(_can_unfold, nodes)]
        self.endResetModel()
        return True

    def show_slice(self, study_id: str, place: int) -> QModelIndex:
        """Mark the slice on the screen and return its index, invalid where it is not listed."""
        old, self._shown_key = self._shown_key, slice_key(study_id, place)
        for key in {old, self._shown_key}:
            if (index := self.index_of(key)).isValid():
                self.dataChanged.emit(index, index)
        return self.index_of(self._shown_key)

    def study_ids(self) -> tuple[str, ...]:
        """Return the studies from top to bottom."""
        return tuple(node.study_id for node in self._nodes if isinstance(node.row, StudyRow))

    def first_found(self) -> QModelIndex:
        """Return the first study, or its first slice where a search has left others out."""
        branch = next((study for patient in self._patients for study in patient.studies), None)
        if branch is None:
            return QModelIndex()
        study_id = branch.study.study_id
        if branch.is_narrowed:
            return self.index_of(slice_key(study_id, branch.slices[0][0]))
        return self.index_of(study_key(study_id))

    def node(self, index: Index) -> Node:
        """Return the row behind a valid index."""
        return self._nodes[index.internalId() - 1]

    def index_of(self, key: str) -> QModelIndex:
        """Return the index of a key, invalid where no row has it."""
        number = self._by_key.get(key)
        return QModelIndex() if number is None else self._index(number)

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's own signature
        """Return the index of a child."""
        siblings = self._children[parent.internalId()]
        if column == 0 and 0 <= row < len(siblings):
            return self.createIndex(row, 0, siblings[row] + 1)
        return QModelIndex()

    def parent(self, index: Index | None = None) -> Any:  # type: ignore[override]
        """Return the index of the row that holds another; without one, the model's owner."""
        if index is None:
            return super().parent()
        above = self.node(index).parent if index.isValid() else _TOP
        return QModelIndex() if above == _TOP else self._index(above)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many children a row has now."""
        return len(self._children[parent.internalId()])

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return 1: what a row says is painted by the delegate."""
        del parent
        return 1

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008
        """Return True also for a study whose slices are not listed yet."""
        return self._can_unfold[parent.internalId()]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a row's value, its words or its tooltip."""
        if not index.isValid():
            return None
        node = self.node(index)
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return spoken(node.row)
            case Qt.ItemDataRole.ToolTipRole:
                return explained(node.row)
            case _ if role == ROW_ROLE:
                return node.row
            case _ if role == SHOWN_ROLE:
                return node.key == self._shown_key
        return None

    def _index(self, number: int) -> QModelIndex:
        return self.createIndex(self._nodes[number].at, 0, number + 1)

    def _update(self, nodes: list[Node]) -> None:
        changed = [
            number
            for number, (old, new) in enumerate(zip(self._nodes, nodes, strict=True))
            if old.row != new.row
        ]
        self._nodes = nodes
        self._can_unfold[1:] = map(_can_unfold, nodes)
        for number in changed:
            index = self._index(number)
            self.dataChanged.emit(index, index)


def study_key(study_id: str) -> str:
    """Return the name of a study's row."""
    return f"study/{study_id}"


def slice_key(study_id: str, place: int | str) -> str:
    """Return the name of a slice's row; without a place, what those of its study begin with."""
    return f"slice/{study_id}/{place}"


def spoken(row: Row) -> str:
    """Return what a row says, for a screen reader."""
    parts = [row.title, row.detail]
    if isinstance(row, SliceRow):
        parts += [tr(row.badge.value), row.match or row.distance, row.look_again]
        parts += [tr("has a VNE image") if row.has_vne else ""]
        parts += [tr("excluded {what}").format(what=row.excluded) if row.excluded else ""]
    if isinstance(row, StudyRow):
        parts += [tally(row)]
    return ", ".join(part for part in parts if part)


def explained(row: Row) -> str:
    """Return a row's tooltip: every badge in words."""
    if not isinstance(row, SliceRow):
        return "\n".join(part for part in spoken(row).split(", ") if part)
    lines = [f"{row.title}: {row.detail}", tr(row.badge.capitalize()), row.match]
    lines += [row.look_again[:1].upper() + row.look_again[1:]]
    lines += [tr("Has a VNE image") if row.has_vne else ""]
    lines += [tr("Excluded {what}").format(what=row.excluded) if row.excluded else ""]
    return "\n".join(line for line in lines if line)


def tally(row: StudyRow) -> str:
    """Return how far the reading of a study is: "2 confirmed, 1 unconfirmed"."""
    if not row.confirmed + row.unconfirmed:
        return ""
    parts = [tr("{count} confirmed").format(count=row.confirmed)] if row.confirmed else []
    parts += [tr("{count} unconfirmed").format(count=row.unconfirmed)] if row.unconfirmed else []
    return ", ".join(parts)


def _nodes(patients: Sequence[PatientBranch]) -> list[Node]:
    """Return every row, parents before their children."""
    nodes: list[Node] = []
    for at, patient in enumerate(patients):
        if len(patient.studies) == 1:
            nodes += _study_nodes(patient.studies[0], _TOP, at, len(nodes))
            continue
        children: list[int] = []
        above = len(nodes)
        row = _patient_row(patient)
        nodes.append(Node(f"patient/{patient.title}", row, _TOP, at, children=children))
        for order, branch in enumerate(patient.studies):
            children.append(len(nodes))
            nodes += _study_nodes(branch, above, order, len(nodes))
    return nodes


def _can_unfold(node: Node) -> bool:
    return bool(node.children) or (isinstance(node.row, StudyRow) and node.row.slices is None)


def _patient_row(patient: PatientBranch) -> PatientRow:
    return PatientRow(patient.title, f"{len(patient.studies)} studies")


def _dated(study: StudyRow) -> StudyRow:
    """Return a study under its patient's name: called by its date."""
    detail = study.detail.removeprefix(study.date).removeprefix(" · ")
    return replace(study, title=study.date or "no date", detail=detail)


def _study_nodes(branch: StudyBranch, above: int, at: int, number: int) -> list[Node]:
    """Return a study and its slices, of which the first is row ``number`` + 1."""
    study_id = branch.study.study_id
    row = branch.study if above == _TOP else _dated(branch.study)
    children = range(number + 1, number + 1 + len(branch.slices))
    home = Node(study_key(study_id), row, above, at, study_id, -1, children)
    own = slice_key(study_id, "")
    slices = [
        Node(f"{own}{place}", one, number, order, study_id, place)
        for order, (place, one) in enumerate(branch.slices)
    ]
    return [home, *slices]
