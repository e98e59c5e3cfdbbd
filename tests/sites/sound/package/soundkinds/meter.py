"""A value from 0 to 1 between two words."""

from html import escape

from modelpress.outputs import Output


class Meter(Output):
    """One number from 0 to 1, shape (1,). low, high: words for its ends."""

    kind = "meter"
    verb = "sounds"

    def __init__(self, low, high):
        self.low, self.high = low, high

    @property
    def shape(self):
        return (1,)

    def spec(self):
        return {"kind": "meter", "shape": [1], "low": self.low, "high": self.high}

    @classmethod
    def from_spec(cls, spec):
        return cls(spec["low"], spec["high"])

    def picture(self, values, context):
        low, high = escape(self.low), escape(self.high)
        return (
            f'<p class="sound-meter"><span>{low}</span> <meter data-part="meter" '
            f'value="{float(values[0]):.3f}" aria-label="From {low} to {high}"></meter> '
            f"<span>{high}</span></p>"
        )

    def level(self, values):
        return float(values[0])

    def describe(self, values):
        value = float(values[0])
        word, share = (self.high, value) if value >= 0.5 else (self.low, 1 - value)
        return f"{word}, {100 * share:.0f}%"
