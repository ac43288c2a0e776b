"""The vault, over HTTP: an administrator's."""

from __future__ import annotations

from bailee.store.models import Idempotency, Role
from bailee.store.recovery import print_shares, rehearse_recovery
from bailee.store.secrets import reveal_secret
from tests.api.live import NOW, Served

ADMIN = Role.ADMINISTRATOR


def test_a_new_epoch_leaves_all_that_is_sealed_readable(either: Served) -> None:
    firm, key = either, "0123456789abcdef"
    before = firm.get("/vault", by=ADMIN).get_json()
    assert (before["epoch"], before["needs_rehearsal"]) == (1, True)
    rotated = firm.post("/vault/rotate", by=ADMIN, key=key)
    assert rotated.get_json() == {"epoch": 2, "sealed_anew": 0, "older_epochs_gone": True}
    assert not Idempotency.objects.exists()
    after = firm.get("/vault", by=ADMIN).get_json()
    assert after["keys"] == {"2": sum(before["keys"].values())}
    assert firm.get("/me", by=Role.SUPPORT).get_json()["colleague"]["name"] == "The support"


def test_a_secret_is_put_and_shredded_and_never_told(firm: Served) -> None:
    store = firm.context.store
    rehearse_recovery(store, " ".join(print_shares(store).words), NOW)
    path, secret = "/vault/secrets/mail", "otter-4711"
    answers = [firm.call("PUT", path, {"text": f"{secret}\n"}, by=ADMIN) for _ in range(2)]
    assert [one.status_code for one in answers] == [204, 204]
    assert reveal_secret(store, "mail") == secret
    answers.append(firm.get("/vault/secrets", by=ADMIN))
    assert answers[-1].get_json() == ["mail"]
    answers.append(firm.get("/vault", by=ADMIN))
    answers += [firm.call("DELETE", path, by=ADMIN) for _ in range(2)]
    assert [one.status_code for one in answers[-2:]] == [204, 404]
    assert secret not in "".join(one.text for one in answers)
