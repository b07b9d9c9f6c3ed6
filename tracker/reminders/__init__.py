"""What is told to whom and when: the plan, the outbox and its delivery."""
