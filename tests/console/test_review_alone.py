"""Whoever works alone: a second look of their own a day later, or by a named outsider, without a colleague's lease."""

import asyncio
import threading
import time
from dataclasses import replace
from pathlib import Path

import uvicorn

from console_browser import AGENT, Browser, fields
from login import join, running_quickly
from reviewing import laid
from tutela.bootstrap import open_api
from tutela.config import load
from tutela.core.cases import CaseReason
from tutela.core.permissions import StaffRole
from tutela.core.visitors import visitor_of


def test_somebody_who_works_alone_has_an_outsider_look_and_is_told_when_to_look_again(tmp_path: Path) -> None:
    """Too soon is said, and kept; with an outsider the case ends, as the work of one person."""
    with running_quickly(load({"TUTELA_UNDO_SECONDS": "0"}, var=tmp_path)) as house:
        house.profile.write(replace(house.profile.read(), people="solo"))
        server = uvicorn.Server(uvicorn.Config(open_api(house), port=0, log_level="critical"))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        browser = Browser(house, server.servers[0].sockets[0].getsockname()[1])
        me = join(house, "alone", StaffRole.CHILD_SAFETY_OFFICER, visitor=visitor_of("127.0.0.1", AGENT))
        browser.as_member(me)
        case_id, _, _ = laid(house, clause="cse.depiction", reason=CaseReason.NEAR_MATCH)
        browser.post(f"/console/cases/{case_id}/claim")

        def answered(**more: str) -> str:
            page = browser.get(f"/console/cases/{case_id}").text
            wanted = {**fields(page, "finding"), "conclusion": "violation", "violated": "cse.depiction", **more}
            shown = browser.post(f"/console/cases/{case_id}/plan", {**wanted, "role": "actor"})
            commit = fields(shown.text, "commit")
            assert commit, shown.text
            return browser.post(f"/console/cases/{case_id}/answer", commit).headers["location"]

        assert "done=awaits" in answered()
        page = browser.get(f"/console/cases/{case_id}").text
        assert "You work alone here" in page
        assert '<h2 id="answers">' not in page
        soon = {**fields(page, "finding"), "conclusion": "violation", "role": "actor"}
        assert browser.post(f"/console/cases/{case_id}/plan", soon).status_code == 403
        assert "done=settled" in answered(outsider="An analyst of the hotline")
        server.should_exit = True
        thread.join()
