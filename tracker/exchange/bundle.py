"""From the bytes of a file to a bundle that can be trusted, or to every fault in it."""

from __future__ import annotations

from tracker.exchange.reading import Document, read_yaml
from tracker.exchange.references import reference_faults
from tracker.exchange.rules import BadBundle
from tracker.exchange.schema import schema_faults


def read_bundle(raw: bytes) -> Document:
    """The bundle in a file. Raises BadBundle, which names every fault by path and line."""
    document = read_yaml(raw)
    faults = list(document.faults)
    # Where the YAML itself is at fault, what follows from that need not be said as well.
    told = {fault.path for fault in faults}
    faults += [fault for fault in (*schema_faults(document), *reference_faults(document)) if fault.path not in told]
    if faults:
        raise BadBundle(faults)
    return document
