"""config/README.md: what every file under config/ may say."""

from __future__ import annotations

from collections.abc import Iterable

from hematotox.declarations.study.published import CERTAINTIES
from hematotox.documentation.keys import DeclaredFile, file_section

INTRODUCTION = """\
# What the files under `config/` may say

*Made from the models by `hematotox document`; a test holds it in sync. To change a sentence,
change it below the field of the model in `workflow/src/hematotox/declarations/`.*

A study, a centre, a score and a convention are one file each. A run in a folder of its own looks
up each file in its own `config/`, then here; the first one found counts. Its `dictionary.yaml`,
`endpoints.yaml` and `synonyms.yaml` say only what they add: their entries are added to those here,
or replace single ones, by name; a file that says `replaces: all` counts whole. What is added and
replaced is said when a run starts and stands in `results/manifest.json`. Settings of `config.yaml`
come from here, then from the run folder, then from `--configfile`, then from `--config`. How a
study file is read: [docs/reading_a_plan.md](../docs/reading_a_plan.md).

Values are read as text first and typed by their key: `no`, `on`, `007`, `12:30` stay what they
are, and quotes are needed only where YAML needs them. A flag is `true` or `false`. A *name* is made
of lower-case letters, digits and `_` and starts with a letter; units are UCUM codes (`10*9/L`,
`mg/dL`). Unknown keys, keys that stand twice, anchors and tags are refused, with file, line and
what would be right. All files are read and compared with each other before the first job starts.

Editors complete and check these files with the schemas in `workflow/schemas/`. For the YAML
extension of VS Code, for example, write as the first line of a centre file of a run folder:

```yaml
# yaml-language-server: $schema=<clone>/workflow/schemas/centre.schema.json
```
"""

CORRECTIONS = """\
## `config/centres/<centre>.corrections.csv`

Corrections of an export, which itself is never edited. Only in a run folder: it holds patient
numbers. UTF-8, comma between the cells, these columns:

| column | content |
|---|---|
| `patient` | number of the patient, as in the export |
| `variable` | variable of the dictionary |
| `value` | the right value, in the dictionary's unit and codes; empty: takes the value out |
| `reason` | why, in words; required |
| `date` | day of a laboratory value or event in the export, as 2021-12-31; otherwise empty |

A column `action` may stand beside them: empty or `set` is a row as above; `exclude` takes the
patient out of every study, with `variable`, `value` and `date` empty, and each flow of patients has
a row for those taken out. `merge_into` says that a patient has two numbers: `value` is the one that
counts; it keeps its own values, gets those that only the other has, and all records of both.
`convert` says that values were written in another unit than the centre file declares: `variable`,
the true unit under `value`, and a period in the columns `from` and `to` (days, or empty); without a
patient it holds for all. The action `choose_infusion` is reserved and refused.

For an event a `value` that is a date replaces its date, any other value its detail. A correction
that fits nothing stops the run: it is mistyped, or older than the export.
"""

PUBLISHED = """\
## `config/published/<study>.csv`

The numbers of a paper, one row a printed estimate, with the columns of the
[estimates table](../docs/estimates.md) (`source` is `published`) and these:

| column | content |
|---|---|
| `printed` | the number as it stands in print |
| `decimals` | decimals in print; agreement is judged at these |
| `place` | where it stands: table and row, or paragraph |
| `certainty` | how it was read: {certainties} |
| `inconsistent` | why it contradicts others of its own paper: a remark beside the verdict |
| `exempt` | may be absent; which of `estimate`, `limits`, `P` is never judged: a misprint |

A number finds its estimate by population, centre, endpoint, method, adjustment, group, comparator,
term, time and estimand.
"""

DATA = """\
## `config/data/`

Public data sets of the project itself, without patients of any centre; see
[their sources](data/README.md). A run's own tables lie in its exports folder.
"""


def configuration(files: Iterable[DeclaredFile]) -> str:
    """Return config/README.md.

    Parameters
    ----------
    files : the kinds of YAML files and their models, in the order of the chapters
    """
    chapters = [file_section(file) for file in files]
    certainties = "; ".join(f"`{code}` {words}" for code, words in CERTAINTIES.items())
    published = PUBLISHED.format(certainties=certainties)
    parts = [INTRODUCTION, *chapters, CORRECTIONS, published, DATA]
    return "\n".join(f"{part.strip()}\n" for part in parts)
