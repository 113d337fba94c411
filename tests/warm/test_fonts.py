"""What is remembered of fonts changes no picture."""

from __future__ import annotations

import subprocess
import sys

TEXT = """
import io, sys
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
import cxresearch.warm.fonts as fonts
if sys.argv[1] == "yes":
    fonts.remember()

def picture():
    figure, axes = plt.subplots(figsize=(4, 3))
    axes.plot([1, 2, 3], label="Zufriedenheit $x^2$")
    axes.set_title("Ein Titel\\nin zwei Zeilen", fontweight="bold")
    axes.set_xlabel("kursiv", style="italic", family=["DejaVu Serif", "DejaVu Sans"])
    axes.text(1, 2, "fehlt", family="No Such Font")
    axes.legend()
    made = io.BytesIO()
    figure.savefig(made, format="png", bbox_inches="tight")
    plt.close(figure)
    return made.getvalue().hex()

print(picture())
matplotlib.rcParams["font.family"] = "serif"
print(picture())
matplotlib.rcParams["font.size"] = 14
matplotlib.rcParams["font.serif"] = ["DejaVu Sans Mono"]
print(picture())
"""


def test_pictures_and_warnings_are_the_same_and_follow_the_settings() -> None:
    said = [
        subprocess.run([sys.executable, "-c", TEXT, which], capture_output=True, text=True, check=True)
        for which in ("no", "yes")
    ]
    assert len(set(said[0].stdout.split())) == 3
    assert said[0].stdout == said[1].stdout
    assert said[0].stderr == said[1].stderr
    assert "No Such Font" in said[0].stderr
