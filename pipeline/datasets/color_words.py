"""One of nine colour words for each of the 949 named colours of the xkcd survey.

The rule uses the name alone, not the colour:

1. The last part of the name that means a colour decides: "greenish blue" is blue, "blue green" is
   green.
2. A part means a colour if it ends in one of the nine words ("darkgreen", "bluegrey"), is one of
   them with a suffix ("purplish", "pinky"), or is a shade listed in SHADES ("teal").
3. Names without such a part ("dust", "bruise") are left out.
"""

from __future__ import annotations

import re

WORDS = ("red", "green", "blue", "orange", "yellow", "pink", "purple", "brown", "grey")
_ENDING = re.compile(r"(red|green|blu|orang|yellow|pink|purpl|brown|grey)(d?ish|eish|e?y)")

# Dictionaries define each of these as "a shade of …". Light neutrals and black count as grey.
SHADES = {
    shade: word
    for word, shades in {
        "red": "blood brick burgundy carmine cherry claret cranberry crimson maroon merlot ruby "
        "scarlet tomato vermillion wine bordeaux",
        "green": "algae aqua aquamarine asparagus avocado celadon chartreuse emerald evergreen "
        "fern forest grass jade kiwi leaf lime mint moss olive pea pear pine pistachio sage "
        "seafoam seaweed shamrock spearmint spruce swamp teal turquoise viridian wintergreen",
        "blue": "azul azure cerulean cobalt cornflower cyan denim marine navy ocean sapphire sea "
        "sky ultramarine",
        "orange": "amber apricot mango marigold melon peach pumpkin saffron tangerine",
        "yellow": "banana butter butterscotch canary custard dandelion gold golden goldenrod lemon "
        "maize mustard straw sunflower wheat",
        "pink": "blush bubblegum carnation cerise coral fuchsia magenta rosa rose salmon",
        "purple": "amethyst aubergine eggplant grape heather heliotrope indigo iris lavender lilac "
        "mauve mulberry orchid periwinkle plum violet wisteria",
        "brown": "auburn beige bronze camel caramel chestnut chocolate cinnamon clay cocoa coffee "
        "copper dirt earth fawn leather mahogany mocha mud ochre russet rust sand sepia sienna tan "
        "taupe terracotta umber",
        "grey": "black cement charcoal gunmetal silver slate steel stone white",
    }.items()
    for shade in shades.split()
}


def named_colors() -> tuple[list[tuple[int, int, int]], list[str]]:
    """The colours (r, g, b), from 0 to 255, and words of the named colours that have a word."""
    from matplotlib.colors import XKCD_COLORS

    colors, words = [], []
    for name, code in XKCD_COLORS.items():
        word = word_for(name.removeprefix("xkcd:"))
        if word:
            colors.append((int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)))
            words.append(word)
    return colors, words


def word_for(name: str) -> str | None:
    """The colour word of a colour's name by the rule of the module, or None."""
    for part in reversed(re.findall(r"[a-z]+", name.lower())):
        for word in WORDS:
            if part.endswith(word):
                return word
        if ending := _ENDING.fullmatch(part):
            return next(word for word in WORDS if word.startswith(ending[1]))
        if part in SHADES:
            return SHADES[part]
    return None
