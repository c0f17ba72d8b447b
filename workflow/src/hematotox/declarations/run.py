"""`config/config.yaml`: what belongs to a run and not to a study."""

from __future__ import annotations

from pydantic import Field, field_validator

from hematotox.declarations.base import Declaration, Flag, Name, Text, named_once


class RunSettings(Declaration):
    """The settings of a run; clone < run folder < `--configfile` < `--config`."""

    exports: Text = "exports"
    """Folder with one folder of raw exports a centre; `results/exports` holds synthetic ones
    that the run makes itself."""
    studies: tuple[Name, ...] = Field(min_length=1)
    """Studies that `snakemake --cores 8` runs, in this order."""
    seed: int = Field(default=1, ge=0)
    """Seed of the synthetic exports, of bootstrap replicates and of Monte Carlo tests."""
    bootstrap_replicates: int = Field(default=2000, ge=1)
    """Replicates of every bootstrap interval."""
    show_values: Flag = False
    """Whether findings and messages may show a patient's value; identifiers are never shown."""

    @field_validator("seed", "bootstrap_replicates", mode="before")
    @classmethod
    def _decimal(cls, number: object) -> object:
        """Refuse 010: YAML readers differ on whether it is ten or eight."""
        if isinstance(number, str) and len(number) > 1 and number.startswith("0"):
            raise ValueError(f'"{number}" begins with 0; write the number without it')
        return number

    @field_validator("studies")
    @classmethod
    def _each_once(cls, studies: tuple[str, ...]) -> tuple[str, ...]:
        return named_once(studies)
