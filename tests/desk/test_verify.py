"""Reports that are as they were made, and those that are not: what is told of each, and what cannot be."""

import json
import shutil
import subprocess

import nbformat
import pikepdf
import pytest
from tests.alterations import rebuilt, untold
from tests.builders.files import BRIEF, report
from typer.testing import CliRunner

from quickview import seal
from quickview.cli import app
from quickview.report.provenance import ABOUT, installation

needs_ssh = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs OpenSSH")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    room = tmp_path_factory.mktemp("made")
    return [report(room / "one"), report(room / "two", name="other", title="Another", likely="20 %")]


@pytest.fixture
def folder(made, tmp_path):
    return shutil.copytree(made[0], tmp_path / "sample")


def run(*words):
    return CliRunner().invoke(app, [*map(str, words)])


def test_a_sound_report_tells_its_brief_kit_layers_and_packages_from_one_file_alone(folder, tmp_path):
    for suffix in (".html", ".pdf", ".ipynb"):
        alone = shutil.copy2(folder / f"sample{suffix}", tmp_path / f"renamed{suffix}")
        done = run("verify", alone)
        assert done.exit_code == 0, done.stderr
        for told in (BRIEF, "pocket, SHA-256 aaaa", "plotly", "2017-08-04", installation()["kit"]):
            assert told in done.stdout


def test_what_lay_beside_the_brief_the_notebook_and_the_chromium_of_the_print_are_told_once(folder):
    done = run("verify", folder)
    assert done.exit_code == 0
    for told in ("events ucdp-ged, digest 0123456789abcdef", "notebook  SHA-256 77", "by Chromium 156.0.1\n"):
        assert done.stdout.count(told) == 1
    assert "events gone" not in done.stdout


def test_what_a_digest_cannot_show_is_said_each_time(folder):
    page = folder / "sample.html"
    forged = page.read_bytes().replace(b"65 %", b"95 %")
    place = seal.PLACES["html"].search(forged)
    page.write_bytes(seal.sealed(forged[: place.start(1)] + seal.BLANK.encode() + forged[place.end(1) :], "html"))
    (folder / "manifest.json").rename(folder.parent / "kept.json")
    done = run("verify", page)
    assert done.exit_code == 0
    assert "not malice" in done.stdout
    compared = run("verify", page, "--manifest", folder.parent / "kept.json")
    assert compared.exit_code == 1
    assert "E-VERIFY-MANIFEST" in compared.stderr


def test_every_alteration_of_a_sample_is_told(made):
    tried, missed = untold(made, 75)
    assert missed == []
    assert tried.total() > 70


def test_a_report_made_again_in_other_themes_and_for_other_sites_passes(made):
    assert rebuilt(made, 4) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda data: data.replace(b"\n", b"\r\n"), "line ends were rewritten"),
        (lambda data: b"\xef\xbb\xbf" + data, "byte order mark"),
        (lambda data: data.decode().encode("utf-16"), "UTF-16"),
        (lambda data: data + b"\n<!-- seen by a server -->", "after its end"),
        (lambda data: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n") + b"\r\n", "line ends were rewritten"),
        (lambda data: data[:-40], "its end is missing"),
        (
            lambda data: data.replace(b"<head>", b"<!-- saved from url=(0001)x -->\n<head>"),
            "a browser saved what it showed",
        ),
    ],
)
def test_a_page_that_changed_on_its_way_is_altered_and_says_how_where_it_can_be_seen(folder, change, told):
    page = folder / "sample.html"
    page.write_bytes(change(page.read_bytes()))
    done = run("verify", page)
    assert done.exit_code == 1
    assert "altered" in done.stdout
    assert told in done.stderr


def test_a_notebook_and_a_pdf_that_were_saved_again_say_so(folder):
    ran, sheet = folder / "sample.ipynb", folder / "sample.pdf"
    ran.write_text(json.dumps(json.loads(ran.read_bytes()), indent=4), encoding="utf-8")
    sheet.write_bytes(sheet.read_bytes() + b"9 0 obj\n<< /Type /Annot >>\nendobj\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n")
    done = run("verify", ran, sheet)
    assert "saved it in another layout" in done.stderr
    assert "a PDF program has saved notes" in done.stderr


def test_a_page_without_a_digest_is_unknown_and_a_text_is_no_report(folder, tmp_path):
    (tmp_path / "page.html").write_text("<!doctype html><p>x</p>", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    done = run("verify", tmp_path / "page.html", tmp_path / "notes.txt")
    assert done.exit_code == 1
    assert done.stdout.count(": unknown") == 2


def test_wrong_usage_ends_with_2(folder):
    assert run("verify").exit_code == 2
    assert run("verify", folder / "nothing.html").exit_code == 2


def test_what_an_altered_file_says_of_itself_commands_no_terminal(folder):
    page = folder / "sample.html"
    page.write_bytes(page.read_bytes().replace(b'"theme": "', b'"theme": "\\u001b[2J\\u202e', 1))
    done = run("verify", page)
    assert done.exit_code == 1
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout


def test_as_json_every_package_and_fault_is_told(folder):
    (folder / "sample.png").write_bytes(b"x")
    told = json.loads(run("verify", folder, "--json").stdout)
    states = {found["file"].rpartition("/")[2]: found["state"] for found in told["findings"]}
    assert states == {
        "manifest.json": "sound",
        "sample.cdx.json": "sound",
        "sample.html": "sound",
        "sample.ipynb": "sound",
        "sample.pdf": "sound",
        "sample.png": "altered",
    }
    assert told["findings"][2]["made_by"]["packages"]["geopandas"]
    assert [fault["code"] for fault in told["findings"][-1]["faults"]] == ["E-VERIFY-MANIFEST"]
    assert "not malice" in told["limits"]


@pytest.fixture
def keys(tmp_path):
    """Two keys, of which one may sign."""
    for name in ("desk", "stranger"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name], check=True)
    public = (tmp_path / "desk.pub").read_text(encoding="utf-8")
    (tmp_path / "signers").write_text(f'desk@example.org namespaces="quickview" {public}', encoding="utf-8")
    return tmp_path


@needs_ssh
def test_a_signed_folder_tells_who_signed_each_of_its_files(folder, keys):
    assert run("sign", folder, "--key", keys / "desk").exit_code == 0
    done = run("verify", folder, "--signers", keys / "signers")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.count("signed by desk@example.org") == 6
    assert "who answers for these bytes" in done.stdout


@needs_ssh
def test_a_forged_page_with_a_new_manifest_is_told_by_the_signature(folder, keys):
    run("sign", folder, "--key", keys / "desk")
    content = json.loads((folder / "manifest.json").read_bytes())
    del content[seal.KEY]
    (folder / "manifest.json").write_bytes(seal.sealed_json({**content, "title": "forged"}))
    assert run("verify", folder).exit_code == 0
    done = run("verify", folder, "--signers", keys / "signers")
    assert done.exit_code == 1
    assert "E-VERIFY-SIGNATURE" in done.stderr


@needs_ssh
@pytest.mark.parametrize("of", ["page", "stranger", "nothing", "purpose"])
def test_only_a_signature_by_one_of_those_who_may_counts(folder, keys, of):
    page = folder / "sample.html"
    if of in {"page", "stranger"}:
        run("sign", page, "--key", keys / ("desk" if of == "page" else "stranger"))
    if of == "purpose":
        subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-f", keys / "desk", "-n", "git", page], check=True)
    done = run("verify", page, "--signers", keys / "signers")
    assert done.exit_code == (0 if of == "page" else 1)


@needs_ssh
def test_what_is_altered_is_not_signed_and_a_public_key_alone_signs_nothing(folder, keys):
    (keys / "desk").unlink()
    faulty = run("sign", folder / "sample.html", "--key", keys / "desk.pub")
    assert "E-SIGN-KEY" in str(faulty.exception)
    page = folder / "sample.html"
    page.write_bytes(page.read_bytes() + b" ")
    assert "E-SIGN-ALTERED" in str(run("sign", page, "--key", keys / "desk.pub").exception)
    assert not (folder / "sample.html.sig").exists()


def test_the_digest_of_a_print_stands_in_its_xmp_which_other_programs_read(folder):
    with pikepdf.open(folder / "sample.pdf") as file, file.open_metadata() as xmp:
        told = json.loads(xmp["{urn:quickview:report#}provenance"])
    assert told["brief"] == BRIEF
    assert nbformat.read(folder / "sample.ipynb", as_version=4).metadata[ABOUT]["brief"] == BRIEF
