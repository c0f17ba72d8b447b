"""The synthetic study of stem-cell boosts: 31 boosts after CAR T cells, GLA and DRST."""

from hematotox.synthetic.gla_drst.records import draw_records, read_gla_drst
from hematotox.synthetic.other_study import OtherStudy

_CALIBRATION = read_gla_drst()
GLA_DRST = OtherStudy(
    name="gla_drst_hscb",
    version=_CALIBRATION.version,
    centres=tuple(_CALIBRATION.centres),
    draw_records=draw_records,
)
