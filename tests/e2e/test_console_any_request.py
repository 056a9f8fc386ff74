"""Whatever is asked of the API, by its own description and beside it, the answer is never a fault of the node.

Schemathesis draws requests from `/api/openapi.json`, sound and broken ones; each role asks. The seed is printed by
hypothesis where one fails; the number of examples bounds the time.
"""

from __future__ import annotations

import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from e2e_session import Runner, free_port
from hypothesis import HealthCheck, Phase, given, seed, settings

from detente.api.accounts import Accounts
from detente.api.client import ApiClient
from detente.api.openapi import document
from detente.exercise.parties import Seat

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis

PASSWORD = "four words for nobody"
EXAMPLES = 8
WAITS_MAX = 40
BEYOND = frozenset({"/api/events", "/api/logout", "/api/login", "/api/first", "/api/password"})
"""A stream does not end; the others end the session or only slow down."""
STATUSES = {200, 202, 400, 401, 403, 404, 405, 408, 409, 413, 415, 416, 422, 429}


@pytest.mark.slow
@pytest.mark.parametrize("role", ["commander", "administrator"])
def test_no_request_whatever_is_a_fault_of_the_node(
    seats: list[Seat], nodes: Runner, role: str, record_property: Any
) -> None:
    home, port = seats[0].home, free_port()
    with home.settings_file.open("a") as file:
        file.write(f'\n[console]\nlisten = "127.0.0.1:{port}"\ntls = false\n')
    Accounts(home.accounts_file).add("asker", role, PASSWORD)
    nodes.start(home.folder)
    url = f"http://127.0.0.1:{port}"
    client = ApiClient(url)
    client.login("asker", PASSWORD)
    headers = {**client._headers(), "X-CSRF-Token": client._csrf}
    schema = schemathesis.openapi.from_dict(document())
    statuses: Counter[Any] = Counter()
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.path in BEYOND:
            continue

        @seed(20)
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            case.headers.update(headers)
            answer = case.call(base_url=url, timeout=30)
            while answer.status_code == 429 and statuses["waited"] < WAITS_MAX:
                statuses["waited"] += 1
                time.sleep(float(answer.headers["retry-after"][0]))
                answer = case.call(base_url=url, timeout=30)
            statuses[answer.status_code] += 1
            is_not_ready = case.operation.path == "/readyz" and answer.status_code == 503
            assert answer.status_code in STATUSES or is_not_ready, (case.as_curl_command(), answer.text)
            if answer.status_code >= 400 and not is_not_ready:
                assert set(answer.json()) == {"code", "message", "cure"}

        ask()
    assert statuses[200] > 0
    record_property("total requests of any kind", statuses.total())
    print(dict(statuses))
    node = nodes.running[home.folder]
    assert node.process.exitcode is None
    assert "Traceback" not in Path(node.output).read_text()
