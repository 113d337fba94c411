"""The model: which item belongs to which construct, and which parameters are free, fixed or equal over groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np

from cxresearch.stats._check import Floats, Ints

#: The kinds of parameters, in the order in which one group's parameters are laid out.
Kind = Literal["loading", "intercept", "residual", "covariance", "mean"]
KINDS: tuple[Kind, ...] = ("loading", "intercept", "residual", "covariance", "mean")

#: What each model of measurement invariance holds equal over groups.
EQUAL: dict[str, tuple[Kind, ...]] = {
    "configural": (),
    "metric": ("loading",),
    "scalar": ("loading", "intercept"),
    "strict": ("loading", "intercept", "residual"),
}


class Release(NamedTuple):
    """One parameter of one group that no longer has to equal that of the other groups."""

    kind: Kind
    item: int
    group: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Layout:
    """Simple structure: every item loads on one construct; the first item of a construct is its marker.

    Parameters
    ----------
    items : tuple of str
        In the order of the constructs.
    constructs : tuple of str
    factor : array of int, shape (p,)
        Construct of each item.

    Attributes
    ----------
    markers : array of int, shape (m,)
        First item of each construct; its loading is 1.
    lone : array of int
        Items that are alone in their construct; their residual variance is 0, as in lavaan.
    at : dict
        Where each kind of parameter is found in the parameters of one group.
    size : int
        Parameters of one group, free or not.
    latent_pairs : tuple of arrays
        Rows and columns of the latent covariances, row by row below and on the diagonal.

    Examples
    --------
    >>> layout = Layout(items=("a", "b", "c", "d"), constructs=("f",), factor=np.zeros(4, dtype=int))
    >>> layout.size, layout.at["residual"]
    (14, slice(8, 12, None))
    """

    items: tuple[str, ...]
    constructs: tuple[str, ...]
    factor: Ints
    markers: Ints = field(init=False)
    lone: Ints = field(init=False)
    at: dict[Kind, slice] = field(init=False)
    size: int = field(init=False)
    latent_pairs: tuple[Ints, Ints] = field(init=False)

    def __post_init__(self) -> None:
        p, m = len(self.items), len(self.constructs)
        _, first, count = np.unique(self.factor, return_index=True, return_counts=True)
        lengths = (p, p, p, m * (m + 1) // 2, m)
        ends = np.cumsum(lengths)
        at = {k: slice(int(e - n), int(e)) for k, e, n in zip(KINDS, ends, lengths, strict=True)}
        for name, value in (
            ("markers", first),
            ("lone", first[count == 1]),
            ("at", at),
            ("size", int(ends[-1])),
            ("latent_pairs", np.tril_indices(m)),
        ):
            object.__setattr__(self, name, value)

    @property
    def p(self) -> int:
        """Number of items."""
        return len(self.items)

    @property
    def m(self) -> int:
        """Number of constructs."""
        return len(self.constructs)

    def moments(self, full: Floats) -> tuple[Floats, Floats]:
        """Model-implied means and covariances of one group's parameters.

        Examples
        --------
        >>> layout = Layout(items=("a", "b"), constructs=("f",), factor=np.zeros(2, dtype=int))
        >>> mean, cov = layout.moments(np.array([1, 0.5, 3, 4, 1, 1, 2, 0.0]))
        >>> mean.tolist(), cov.tolist()
        ([3.0, 4.0], [[3.0, 1.0], [1.0, 1.5]])
        """
        loadings, phi = self.loading_matrix(full), self.latent_covariance(full)
        mean = full[self.at["intercept"]] + loadings @ full[self.at["mean"]]
        cov = loadings @ phi @ loadings.T
        cov[np.diag_indices(self.p)] += full[self.at["residual"]]
        return mean, cov

    def loading_matrix(self, full: Floats) -> Floats:
        """Items in rows, constructs in columns."""
        matrix = np.zeros((self.p, self.m), dtype=full.dtype)
        matrix[np.arange(self.p), self.factor] = full[self.at["loading"]]
        return matrix

    def latent_covariance(self, full: Floats) -> Floats:
        """Covariance matrix of the constructs."""
        rows, columns = self.latent_pairs
        phi = np.zeros((self.m, self.m), dtype=full.dtype)
        phi[rows, columns] = phi[columns, rows] = full[self.at["covariance"]]
        return phi


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """Which parameters of which group are estimated, and which of them are one and the same.

    Parameters
    ----------
    layout : Layout
    index : array of int, shape (groups, size)
        Number of the free parameter, or -1 where the parameter is fixed.
    fixed : array, shape (groups, size)
        Values of the fixed parameters, 0 elsewhere.
    """

    layout: Layout
    index: Ints
    fixed: Floats

    @property
    def n_free(self) -> int:
        """Number of parameters to estimate."""
        return int(self.index.max()) + 1

    @property
    def groups(self) -> int:
        """Number of groups."""
        return int(self.index.shape[0])

    def expand(self, free: Floats) -> Floats:
        """Parameters of every group from the free ones."""
        full: Floats = np.where(self.index >= 0, free[self.index], self.fixed)
        return full

    def gather(self, full: Floats) -> Floats:
        """Free parameters from those of every group; equal ones become their average."""
        here = self.index >= 0
        total = np.bincount(self.index[here], weights=full[here], minlength=self.n_free)
        average: Floats = total / np.bincount(self.index[here], minlength=self.n_free)
        return average

    def add_up(self, gradients: Floats) -> Floats:
        """Gradient by the free parameters from the gradients by those of every group."""
        here = self.index >= 0
        total = np.bincount(self.index[here], weights=gradients[here], minlength=self.n_free)
        return np.asarray(total, dtype=np.float64)

    def add_up_matrix(self, matrices: Iterable[Floats]) -> Floats:
        """Information on the free parameters from the information on those of every group."""
        total = np.zeros((self.n_free, self.n_free))
        for index, matrix in zip(self.index, matrices, strict=True):
            here = np.flatnonzero(index >= 0)
            total[np.ix_(index[here], index[here])] += matrix[np.ix_(here, here)]
        return total

    def spread(self, cov: Floats, group: int) -> Floats:
        """Covariance of one group's parameters from that of the free ones; 0 where fixed."""
        index = self.index[group]
        here = np.flatnonzero(index >= 0)
        full = np.zeros((index.size, index.size))
        full[np.ix_(here, here)] = cov[np.ix_(index[here], index[here])]
        return full


def table(layout: Layout, groups: int = 1, equal: Iterable[Kind] = (), released: Iterable[Release] = ()) -> Table:
    """Lay out the parameters of a model over groups.

    Equal intercepts free the latent means of all groups but the first, as lavaan's ``group.equal`` does.

    Parameters
    ----------
    layout : Layout
    groups : int
    equal : iterable of kinds
        Kinds of item parameters that are the same in every group.
    released : iterable of Release
        Exceptions to `equal`.

    Returns
    -------
    Table

    Examples
    --------
    >>> layout = Layout(items=("a", "b", "c"), constructs=("f",), factor=np.zeros(3, dtype=int))
    >>> table(layout, 2).n_free, table(layout, 2, ("loading",)).n_free
    (18, 16)
    >>> table(layout, 2, ("loading",), [Release("loading", 1, 1)]).n_free
    17
    """
    equal, apart = set(equal), set(released)
    fixed = np.zeros((groups, layout.size))
    is_free = np.ones((groups, layout.size), dtype=bool)
    fixed[:, layout.markers] = 1.0
    is_free[:, layout.markers] = False
    is_free[:, layout.at["residual"].start + layout.lone] = False
    is_free[0, layout.at["mean"]] = False
    if "intercept" not in equal:
        is_free[:, layout.at["mean"]] = False
    index = np.full((groups, layout.size), -1, dtype=np.intp)
    number = 0
    for kind in KINDS:
        for place in range(layout.at[kind].start, layout.at[kind].stop):
            shared = -1
            for g in range(groups):
                if not is_free[g, place]:
                    continue
                alone = kind not in equal or Release(kind, place - layout.at[kind].start, g) in apart
                if alone or shared < 0:
                    index[g, place] = number
                    shared = shared if alone else number
                    number += 1
                else:
                    index[g, place] = shared
    return Table(layout=layout, index=index, fixed=fixed)


def candidates(parameters: Table, kind: Kind) -> Iterator[Release]:
    """Releases that would set one more parameter of this kind free.

    With two groups either group's release is the same model, so only that of the second is listed.
    The intercept of a marker is listed too, its loading is not: it is no parameter.
    """
    layout = parameters.layout
    index = parameters.index[:, layout.at[kind]]
    for item in range(layout.p):
        if index[0, item] < 0 or item in layout.lone:
            continue
        shared = [g for g in range(parameters.groups) if (index[:, item] == index[g, item]).sum() > 1]
        for g in shared if len(shared) > 2 else shared[1:]:
            yield Release(kind, item, g)
