"""The fewest questions that recover a persona, as a tool to take along."""

from cxresearch.analysis.personas.typing.selection import typing_tool
from cxresearch.analysis.personas.typing.tool import TypingTool

__all__ = ["TypingTool", "typing_tool"]
