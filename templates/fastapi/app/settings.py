"""What can be set from outside: see the table in README.md."""

import os
from dataclasses import dataclass
from pathlib import Path

TITLE = << contract.app.title | py >>
DEFAULT_DATABASE = Path(__file__).parent.parent / "instance" / "<< contract.app.name >>.sqlite3"


@dataclass(frozen=True)
class Settings:
    """The settings of one application."""

    database: Path

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read the settings from the environment."""
        return cls(database=Path(os.environ.get("DATABASE") or DEFAULT_DATABASE))
