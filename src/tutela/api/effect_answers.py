"""What is answered about the table of effects, for the reference and the tests."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from tutela.api.answers import Told


class Effects(Told):
    """The table in force: what each kind of measure does, to whom, where."""

    version: Annotated[str, Field(description="The same as on every verdict.")]
    groups: Annotated[list[str], Field(description="Surface groups.")]
    verbs: Annotated[list[str], Field(description="What can be asked of `may`.")]
    always: Annotated[list[str], Field(description="Verbs that stay possible under every measure.")]
    surfaces: Annotated[dict[str, str], Field(description="Registered surfaces, each with its group.")]
    kinds: Annotated[dict[str, dict[str, Any]], Field(description="Rows by kind of measure.")]
    example: ClassVar[Any] = {
        "version": "2026-11-25.2",
        "groups": ["feed", "detail"],
        "verbs": ["post", "appeal"],
        "always": ["appeal"],
        "surfaces": {"home": "feed"},
        "kinds": {"block_posting": {"refuses": ["post"], "everyone": {"*": {"exposure": "show"}}}},
    }
