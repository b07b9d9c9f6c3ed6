"""The post log: letters out, replies in."""
