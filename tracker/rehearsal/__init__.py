"""Playing what people do, and what the tracker would send, on a clock that is moved by hand."""
