"""What tests of rehearsals ask for."""

from tests.reminders.conftest import quiet_app as quiet_app
