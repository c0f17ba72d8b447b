"""Every generated file of the documentation, by its path in the clone."""

from __future__ import annotations

from hematotox.declarations.centre import Centre
from hematotox.declarations.conventions import Convention
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoints
from hematotox.declarations.manuscript import References
from hematotox.declarations.run import RunSettings
from hematotox.declarations.score import Score
from hematotox.declarations.study.checklists.checklist import Checklist
from hematotox.declarations.study.written.written_study import WrittenStudy
from hematotox.declarations.synonyms import Synonyms
from hematotox.documentation.closed_lists import with_closed_lists
from hematotox.documentation.configuration import configuration
from hematotox.documentation.environment import environment_file
from hematotox.documentation.keys import DeclaredFile
from hematotox.documentation.schemas import schema_bytes
from hematotox.documentation.tables import tables_page

ESTIMATES = "docs/estimates.md"
LOCK, PROJECT = "envs/requirements.lock", "pyproject.toml"
FILES = (
    DeclaredFile("config", "config/config.yaml", RunSettings),
    DeclaredFile("study", "config/studies/<study>.yaml", WrittenStudy),
    DeclaredFile("centre", "config/centres/<centre>.yaml", Centre),
    DeclaredFile("score", "config/scores/<score>.yaml", Score),
    DeclaredFile("dictionary", "config/dictionary.yaml", Dictionary),
    DeclaredFile("endpoints", "config/endpoints.yaml", Endpoints),
    DeclaredFile("synonyms", "config/synonyms.yaml", Synonyms),
    DeclaredFile("convention", "config/conventions/<convention>.yaml", Convention),
    DeclaredFile("checklist", "config/checklists/<checklist>.yaml", Checklist),
    DeclaredFile("references", "config/references.yaml", References),
)


def generated(estimates: str, *, lock: str, project: str) -> dict[str, bytes]:
    """Return every generated file of the documentation.

    Parameters
    ----------
    estimates : content of docs/estimates.md, of which one section is generated
    lock, project : content of envs/requirements.lock and of pyproject.toml

    Returns
    -------
    path in the clone and content
    """
    files = {
        "config/README.md": configuration(FILES).encode(),
        ESTIMATES: with_closed_lists(estimates).encode(),
        "docs/tables.md": tables_page().encode(),
        "envs/python.yaml": environment_file(lock, project).encode(),
    }
    for file in FILES:
        files[f"workflow/schemas/{file.schema}.schema.json"] = schema_bytes(file.model)
    return files
