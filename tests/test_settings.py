"""What is refused at the start, with a sentence for each fault."""

from pathlib import Path

import pytest

from tracker.settings import DEMO_SECRET, BadSettings, from_environment

GOOD = {
    "TRACKER_DATABASE_URL": "sqlite:////tmp/tracker.db",
    "TRACKER_SECRET_KEY": "0123456789 abcdefghij klmnopqrst uvw",
    "TRACKER_KEY_FILE": "/etc/tracker/key",
    "TRACKER_SMTP_URL": "smtps://post:secret@mail.example.org",
    "TRACKER_MAIL_FROM": "Post <post@example.org>",
    "TRACKER_PUBLIC_URL": "https://post.example.org",
}


def test_the_six_that_are_needed_are_enough() -> None:
    settings = from_environment(GOOD)
    assert settings.mail_domain == "example.org"
    assert settings.is_https
    assert not settings.demo


def test_every_missing_setting_is_named_with_what_it_means() -> None:
    with pytest.raises(BadSettings) as refused:
        from_environment({})
    assert len(refused.value.faults) == len(GOOD)
    for name in GOOD:
        assert any(fault.startswith(f"{name} is not set. ") and len(fault) > 60 for fault in refused.value.faults)


@pytest.mark.parametrize(
    "name, value, says",
    [
        ("TRACKER_SECRET_KEY", DEMO_SECRET, "not the demo's"),
        ("TRACKER_SECRET_KEY", "short", "at least 32"),
        ("TRACKER_DATABASE_URL", "mysql://x", "must be like sqlite:///"),
        ("TRACKER_DATABASE_URL", "postgresql://", "must be like sqlite:///"),
        ("TRACKER_SECRET_KEY", "a" * 40, "at least 32 random"),
        ("TRACKER_SMTP_URL", "smtps://", "must name a host"),
        ("TRACKER_SMTP_URL", "smtp://localhost:notaport", "must name a host"),
        ("TRACKER_SMTP_URL", "folder://", "needs a whole path"),
        ("TRACKER_COORDINATOR_IDLE_MINUTES", "0", "at least 1"),
        ("TRACKER_COORDINATOR_SESSION_HOURS", "-5", "at least 1"),
        ("TRACKER_ARGON2_KIB", "0", "at least 8"),
        ("TRACKER_PUBLIC_URL", "https://x@y?z", "without a path"),
        ("TRACKER_SMTP_URL", "ftp://x", "must begin with one of"),
        ("TRACKER_SMTP_URL", "smtp://mail.example.org", "for this machine only"),
        ("TRACKER_MAIL_FROM", "nobody", "must be an address"),
        ("TRACKER_MAIL_FROM", "x@y.org\r\nBcc: all@example.org", "must be an address"),
        ("TRACKER_BOUNCE_ADDRESS", "far.too.long.for.a.token@example.org", "at most 12 letters"),
        ("TRACKER_BOUNCE_ADDRESS", "b@example.org\r\nBcc: all@example.org", "at most 12 letters"),
        ("TRACKER_PUBLIC_URL", "http://post.example.org", "must be https"),
        ("TRACKER_PUBLIC_URL", "https://post.example.org/tracker", "without a path"),
        ("TRACKER_ZONE", "Mars/Olympus", "no time zone"),
        ("TRACKER_SESSION_HOURS", "many", "not readable"),
        ("TRACKER_SESSION_HOURS", "0", "at least 1"),
        ("TRACKER_DEMO", "yes", "not readable"),
        ("TRACKER_SECRETKEY", "x", "is no setting"),
    ],
)
def test_what_must_not_run_is_refused(name: str, value: str, says: str) -> None:
    with pytest.raises(BadSettings) as refused:
        from_environment({**GOOD, name: value})
    assert any(name in fault and says in fault for fault in refused.value.faults)


def test_an_onion_address_may_be_plain_http() -> None:
    assert not from_environment({**GOOD, "TRACKER_PUBLIC_URL": "http://" + "a" * 56 + ".onion"}).is_https


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    shown = repr(from_environment(GOOD))
    assert "klmnopqrst" not in shown
    assert "secret@mail" not in shown


def test_scans_are_kept_beside_the_database_unless_a_folder_is_named() -> None:
    assert from_environment(GOOD).scans_path == Path("/tmp/scans")
    assert from_environment({**GOOD, "TRACKER_SCANS_FOLDER": "/srv/scans"}).scans_path == Path("/srv/scans")


def test_with_postgresql_a_folder_for_scans_has_to_be_named() -> None:
    elsewhere = {**GOOD, "TRACKER_DATABASE_URL": "postgresql://tracker:secret@db.example.org/tracker"}
    assert from_environment(elsewhere).scans_path is None
    assert from_environment({**elsewhere, "TRACKER_SCANS_FOLDER": "/srv/scans"}).scans_path == Path("/srv/scans")


def test_an_empty_folder_is_no_folder() -> None:
    with pytest.raises(BadSettings, match="TRACKER_SCANS_FOLDER is not readable"):
        from_environment({**GOOD, "TRACKER_SCANS_FOLDER": ""})
