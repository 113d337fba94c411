"""The HTML of outputs is cleaned: hostile parts go, what people wrote stays."""

from __future__ import annotations

import pytest

from cxresearch.study.html import Outline, clean


def cleaned(fragment: str) -> str:
    return clean(fragment, Outline(), "figure", "table")


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("<p>a</p>", "<p>a</p>"),
        ("a<script>alert(1)</script>b", "ab"),
        ("a<SCRIPT src=x></SCRIPT >b", "ab"),
        ("a<script>never closed", "a"),
        ("<p onclick='x()' OnMouseOver=y>a</p>", "<p>a</p>"),
        ("<a href=' JavaScript:x()'>a</a>", "<a>a</a>"),
        ("<a href='java&#115;cript:x()'>a</a>", "<a>a</a>"),
        ("<a href='data:text/html,x'>a</a>", "<a>a</a>"),
        ("<a href='https://example.org'>a</a>", '<a href="https://example.org">a</a>'),
        ("<iframe src='x'></iframe><object>o</object><embed src='x'>b", "b"),
        ("<meta http-equiv=refresh content='0;url=x'><base href='x'>b", "b"),
        ("<form action='x'><input name=y><button>b</button></form>", "b"),
        ("<img src=x onerror=alert(1) alt='a cat'>", "a cat"),
        ("<img src='data:image/png;base64,AA'>", '<img src="data:image/png;base64,AA" alt="figure">'),
        ("<b>a</div></main></body>b", "<b>ab</b>"),
        ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
        ("<svg><title>t</title><script>x</script></svg>", "<svg><title>t</title></svg>"),
        ("<!-- <script> -->a<![CDATA[x]]>", "a"),
        (
            "<style></style><div class='cx-result'><style>p{}</style>a</div>",
            '<style></style><div class="cx-result">a</div>',
        ),
        ("<p a\"b='c' x>y</p>", "<p x>y</p>"),
    ],
)
def test_clean(fragment: str, expected: str) -> None:
    assert cleaned(fragment) == expected


def test_a_table_gets_a_box_to_scroll_in() -> None:
    assert cleaned("<table><tr><td>1").startswith(
        '<div class="cx-scroll" role="region" tabindex="0" aria-label="table"><table>'
    )
    inside = '<div class="cx-scroll"><table></table></div>'
    assert cleaned(inside) == inside


def test_headings_never_skip_a_level() -> None:
    outline = Outline(shift=1)
    text = clean("<h1>a</h1><h4>b</h4><h3 id=x>c <i>d</i></h3><h6></h6>", outline, "f", "t")
    assert text == '<h2 id="s1">a</h2><h3 id="s2">b</h3><h4 id="s3">c <i>d</i></h4><h5 id="s4"></h5>'
    assert [(h.level, h.text) for h in outline.headings] == [(2, "a"), (3, "b"), (4, "c d")]
