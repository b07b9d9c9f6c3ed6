"""What `make bench` measures: pages against their floors, growth, the import, memory, mail. See docs/performance.md."""
