"""Tell which clauses have a detector that works here."""

from typing import Annotated, Any, ClassVar

from pydantic import Field
from starlette.responses import Response

from tutela.api.answers import Told
from tutela.api.calls import Call, answer
from tutela.core.coverage import ClauseCoverage, DetectorKind, DetectorState


class Detector(Told):
    """One thing that looks for violations of a clause."""

    kind: DetectorKind
    name: str
    state: Annotated[
        DetectorState,
        Field(
            description="`works`; `off`; `broken`, a bank that cannot be opened; `empty`; `waits`, a rule for banks "
            "or classifiers of its clause; `untold`, a rule while no event was told for a week; `signal_only`, what no "
            "rule takes up."
        ),
    ]


class Clause(Told):
    """One clause with what looks for it."""

    clause: str
    title: str
    covered: Annotated[bool, Field(description="Whether anything that works looks for it.")]
    detectors: list[Detector]


class Coverage(Told):
    """Every clause of the policy."""

    uncovered: Annotated[list[str], Field(description="Clauses of zero tolerance that nothing looks for.")]
    clauses: list[Clause]
    example: ClassVar[Any] = {
        "uncovered": ["cse.promotion"],
        "clauses": [
            {
                "clause": "cse.promotion",
                "title": "Fantasising about or promoting the exploitation of children",
                "covered": False,
                "detectors": [{"kind": "rule", "name": "words-of-promotion", "state": "waits"}],
            }
        ],
    }


def read_coverage(call: Call) -> Response:
    """Tell what looks for each clause."""
    call.no_query()
    return answer(told(call.house.read_coverage()))


def told(coverage: tuple[ClauseCoverage, ...]) -> dict[str, Any]:
    """Return the coverage as it is answered."""
    return {
        "uncovered": [each.clause.id for each in coverage if each.is_missing],
        "clauses": [
            {
                "clause": each.clause.id,
                "title": each.clause.title,
                "covered": each.is_covered,
                "detectors": [
                    {"kind": one.kind.value, "name": one.name, "state": one.state.value} for one in each.detectors
                ],
            }
            for each in coverage
        ],
    }
