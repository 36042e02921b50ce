"""What was written as JSON is read back as it was."""

from __future__ import annotations

import numpy as np
import pytest

from thrustcam.feedback.csv_report import as_csv
from thrustcam.feedback.json_reader import from_dict
from thrustcam.feedback.json_report import as_dict


def test_what_was_written_is_read_back(make):
    written = as_dict(make.lockout_set())
    assert as_dict(from_dict(written)) == written


def test_without_its_series(make):
    written = as_dict(make.lockout_set())
    del written["series"]
    read = from_dict(written)
    assert len(read.series.t) == 0
    assert as_csv([read]).count("\n") == 4
    assert np.isfinite(read.reps[0].measured.rep.start_s)


def test_a_document_of_another_kind():
    with pytest.raises(KeyError):
        from_dict({"schema": "thrustcam.analysis/1"})
