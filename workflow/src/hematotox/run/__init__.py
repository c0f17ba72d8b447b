"""Everything that touches the disk: declarations of a run, tables, digests, logs."""
