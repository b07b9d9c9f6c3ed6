from tests.cast import as_cora, as_olga, as_sam, as_vera, assignment, cora, dunya, olga, vera  # noqa: F401
