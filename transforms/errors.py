"""What can go wrong, named by what the reader does next.

UnspunError
├── SkipDocumentError      leave this document out (quarantine) and go on
│   └── SkipRecordError    leave this record of it out and go on
├── FixSettingsError       a flag, a path or a setting is wrong: the user mends it and runs again
├── RetryLaterError        another run holds the lock, a disk is full: wait or make room, run again
│   └── MayPassError       a server or a network disk did not answer: it is tried again by itself, then as above
├── QualityFloorError      the numbers are too bad to publish: look at the files, mend or lower the floor
└── RepairStoreError       the store is not what its manifest says: verify, roll back or rebuild
"""


class UnspunError(Exception):
    """Anything that this project raises on purpose; its text is one sentence with the next act."""

    exit_code = 1


class SkipDocumentError(UnspunError):
    """A raw file that cannot be read as text: it goes to quarantine.

    Args:
        rule: Short name of what it broke, as in the quarantine list ("binary", "too_large").
        detail: One sentence for a person.
    """

    def __init__(self, rule: str, detail: str) -> None:
        super().__init__(f"{rule}: {detail}")
        self.rule = rule
        self.detail = detail


class SkipRecordError(SkipDocumentError):
    """One record of a raw file that cannot be read: the rest of the file goes on."""


class FixSettingsError(UnspunError):
    """A flag, path or setting is wrong."""

    exit_code = 2


class RetryLaterError(UnspunError):
    """Something outside is in the way for now."""

    exit_code = 3


class MayPassError(RetryLaterError):
    """What failed may work in a minute: it is tried again by itself, and only then left to the user."""


class QualityFloorError(UnspunError):
    """What was read is too bad to be published by the floors that were set."""

    exit_code = 5


class RepairStoreError(UnspunError):
    """The store does not hold what its manifest says."""

    exit_code = 4
