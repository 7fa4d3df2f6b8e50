"""The tables behind the pages, loaded once."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

import layoffdata
from layoffdata import _catalog, _evidence, _sums, resolve


@dataclass(frozen=True)
class Data:
    """Everything that the pages show, as the package gives it."""

    package: dict
    tables: dict[str, pd.DataFrame]

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    @cached_property
    def sources(self) -> dict[str, dict]:
        return {row["source_id"]: row for row in self["sources"].to_dict("records")}

    @cached_property
    def names(self) -> dict[str, str]:
        return dict(zip(self["companies"]["company_id"], self["companies"]["name"], strict=True))

    @cached_property
    def aliases(self) -> dict[str, list[str]]:
        """Other names of the employers that have some, in order."""
        return self["company_aliases"].groupby("company_id")["alias"].agg(sorted).to_dict()

    @cached_property
    def labels(self) -> dict[str, str]:
        return dict(zip(self["programs"]["program_id"], self["programs"]["label"], strict=True))

    @cached_property
    def evidence(self) -> dict[str, list]:
        """The statements of each announcement, in the order of `layoffdata.evidence`."""
        out: dict[str, list] = {event: [] for event in self["layoffs"]["event_id"]}
        for row in _evidence.statements(self["layoffs"]["event_id"]).itertuples():
            out[row.event_id].append(row)
        return out

    @cached_property
    def why(self) -> dict[str, str]:
        """Why each announcement adds what it adds: the words of `layoffdata.explain`."""
        rows = _sums.explained(self["layoffs"])
        return dict(zip(rows["event_id"], rows["why"], strict=True))

    @cached_property
    def events(self) -> pd.DataFrame:
        """The table `layoffs` beside what each announcement adds to `totals` (missing where it is not counted) and whether others hold it."""
        rows = self["layoffs"].assign(held=_sums.held_by_others)
        sums = _sums.added(rows)[_sums.is_counted(rows)].add_prefix("sum_")
        return rows.join(sums).sort_values(["announced_date", "event_id"], ascending=[False, True], ignore_index=True)

    @cached_property
    def rows(self) -> list:
        """`events` as plain rows."""
        return list(self.events.itertuples())

    @cached_property
    def capex(self) -> pd.DataFrame:
        """The capital spending of each period as last filed."""
        return resolve.in_force(self["capex"], "capex", self["sources"])


def load() -> Data:
    """All tables of the installed version, each held against its hash."""
    names = list(layoffdata.tables().index)
    return Data(_catalog.descriptor(), {name: layoffdata.load(name) for name in names})
