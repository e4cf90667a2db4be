"""Process hosts: adapters of the ``ProcessHost`` port that run processes."""
