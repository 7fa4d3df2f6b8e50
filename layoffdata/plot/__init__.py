"""Pictures of the data: each function returns a matplotlib Figure. Needs `pip install 'layoffdata[plot]'`.

>>> import layoffdata.plot
>>> figure = layoffdata.plot.timeline("Amazon", as_of="2026-02-01")
>>> figure.savefig("amazon.png", dpi=200)  # doctest: +SKIP

What is filled was announced and counts; what is hollow does not count (only reported, withdrawn, or part of what is
counted elsewhere); a thin line is a range; an arrow is a bound without an other side; what is missing is not drawn.
"""

from ._evidence import evidence
from ._guidance import guidance
from ._sums import jobs_and_capex, totals
from ._timeline import timeline

__all__ = ["evidence", "guidance", "jobs_and_capex", "timeline", "totals"]
