"""What there is to do for a prisoner: ask the lawyer, write first again, say farewell."""
