"""The synthetic study of ALL-Hematotox: 156 children and young adults with B-ALL."""

from hematotox.synthetic.nair.records import draw_records, read_nair
from hematotox.synthetic.other_study import OtherStudy

_CALIBRATION = read_nair()
NAIR = OtherStudy(
    name="nih_all_ht",
    version=_CALIBRATION.version,
    centres=tuple(_CALIBRATION.centres),
    draw_records=draw_records,
)
