"""`tutela canary`: prove that known pictures are recognised."""

import click

from tutela.cli import FAILED
from tutela.cli.opening import Where, placed
from tutela.flows.prove_path import ProvePath


@click.command("canary")
@placed
def canary_command(where: Where) -> None:
    """Prove with a harmless picture that known pictures are recognised, and mark it on the checklist.

    A generated pattern is banked, an altered copy and an unrelated picture are submitted, and each step is looked at:
    vault, hash, bank, decision, visibility. Afterwards the bank `canary` is off and empty again; items of the account
    `canary-account` remain. Exit status 1 when a step failed.
    """
    with where.house() as house:
        house.load_indexes()
        proof = ProvePath(house.store, house.keep_banks, house.receive_media, house.submit, house.entropy)()
        if proof.is_proved:
            house.profile.mark_done("canary_recognised")
    words = "\n".join(f"[{'x' if held else ' '}] {step}" for step, held in proof.steps)
    where.tell({"is_proved": proof.is_proved, "steps": dict(proof.steps)}, words)
    if not proof.is_proved:
        click.get_current_context().exit(FAILED)
