import base64
import gzip

from quickview.report.page import packed

ALL_BYTES = bytes(range(256)) * 40


def test_packed_data_comes_back_whole():
    text = packed(ALL_BYTES + b"</script><!--")
    back = base64.b85decode(text.encode().translate(bytes.maketrans(b",.", b"<&")))
    assert gzip.decompress(back) == ALL_BYTES + b"</script><!--"


def test_packed_text_holds_nothing_that_html_would_read():
    text = packed(bytes(n * n % 251 for n in range(100_000)))
    assert not set(text) & set("<&/\\\"' \n")


def test_the_same_data_gives_the_same_text():
    assert packed(ALL_BYTES) == packed(ALL_BYTES)
