from tests.cast import as_cora, as_sam, as_vera, assignment, cora, dunya, vera  # noqa: F401
