"""The synthetic Dutch study: 7 centres, 245 patients with large B-cell lymphoma, axi-cel."""

from hematotox.synthetic.de_boer.records import draw_records, read_de_boer
from hematotox.synthetic.other_study import OtherStudy

_CALIBRATION = read_de_boer()
DE_BOER = OtherStudy(
    name="de_boer",
    version=_CALIBRATION.version,
    centres=tuple(_CALIBRATION.centres),
    draw_records=draw_records,
)
