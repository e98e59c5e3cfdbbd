"""Data of the explainer `decibels`: the levels of everyday sounds."""

OPTIONS = ()


def resource(options, site):
    return {"whisper": 0.001, "talk": 0.02}
