"""Court watchers of the demo: an address that was handed out, and who came by it."""

from __future__ import annotations

import secrets
from datetime import timedelta

from tracker.demo.loading import Facts, Loading
from tracker.watchers.models import Watch, Watcher, WatchLink
from tracker.watchers.rules import address_key, hash_of


def watched(loading: Loading, facts: Facts) -> None:
    """An address to hand out for a case; everybody who came by it has confirmed on the next day.

    Its secret stands in the file and is none: a demo is read by everybody.
    """
    case, since = loading.made[facts["case"]], loading.now + timedelta(days=facts["days"])
    link = WatchLink(
        case_id=case.id,
        token_hash=hash_of(facts["secret"]),
        words=facts["words"],
        made_by_id=loading.made["cora"].id,
        made_at=since,
    )
    loading.add(link)
    loading.session.flush()
    came = since + timedelta(days=1)
    # Whoever types such an address in the demo counts as somebody else: the key is not that of the installation.
    secret = secrets.token_bytes(32)
    for address, zone in facts["addresses"].items():
        watcher = Watcher(address_key=address_key(address, secret), zone=zone, confirmed_at=came, created_at=since)
        watcher.email = address
        loading.add(watcher)
        loading.session.flush()
        loading.add(Watch(watcher_id=watcher.id, case_id=case.id, link_id=link.id, confirmed_at=came, created_at=since))
