"""Reports signed as who somebody logs in as: what is told of such a signature, and of what is none."""

import functools
import json
import operator
import shutil
import sys
from types import SimpleNamespace

import pytest
from sigstore.errors import TUFError
from sigstore.oidc import IdentityToken
from tests.builders.files import report
from tests.builders.logins import ISSUER, WHO, World, token
from typer.testing import CliRunner

from quickview import seal
from quickview.cli import app
from quickview.desk import identities
from quickview.errors import InputError
from quickview.report.provenance import installation


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    return tmp_path_factory.mktemp("logins")


@pytest.fixture(scope="module")
def world(room):
    made = World()
    made.written(room / "trusted_root.json")
    return made


@pytest.fixture(scope="module")
def made(room):
    return report(room / "one")


@pytest.fixture
def folder(made, world, tmp_path, monkeypatch):
    """A report in a world where who logs in is known."""
    monkeypatch.setattr(identities, "ClientTrustConfig", SimpleNamespace(production=lambda: None))
    monkeypatch.setattr(identities, "SigningContext", world)
    return shutil.copytree(made, tmp_path / "sample")


def run(*words):
    return CliRunner().invoke(app, [*map(str, words)])


def sign(path, **login):
    file = path.parent / "token"
    file.write_text(f"{token(**login)}\n", encoding="utf-8")
    return run("sign", path, "--identity", "--identity-token", file)


def verify(path, world, *words, who=WHO):
    return run("verify", path, "--identity", who, "--trusted-root", world.trusted_root, *words)


def test_a_folder_is_signed_by_its_manifest_and_each_of_its_files_tells_by_whom(folder, world):
    done = sign(folder)
    assert done.stdout == f"{folder / 'manifest.json.sigstore.json'}\n"
    told = verify(folder, world, "--issuer", ISSUER)
    assert told.exit_code == 0, told.stderr
    assert told.stdout.count(f"signed by {WHO} ({ISSUER})") == 6
    assert "whoever controlled that identity at that moment" in told.stdout
    assert run("verify", folder).exit_code == 0


def test_a_workflow_signs_with_what_it_runs_in(folder, world, monkeypatch):
    workflow = "https://github.com/example/desk/.github/workflows/nightly.yml@refs/heads/main"
    monkeypatch.setattr(identities, "detect_credential", lambda: token(workflow))
    page = folder / "sample.html"
    assert run("sign", page, "--identity").exit_code == 0
    assert verify(page, world, who=workflow).exit_code == 0


@pytest.mark.parametrize(
    ("login", "words", "code"),
    [
        ({"who": "stranger@example.org"}, (), "E-VERIFY-IDENTITY"),
        ({"issuer": "https://elsewhere.example.org"}, ("--issuer", ISSUER), "E-VERIFY-IDENTITY"),
    ],
)
def test_another_identity_and_another_issuer_are_told(folder, world, login, words, code):
    page = folder / "sample.html"
    sign(page, **login)
    done = verify(page, world, *words)
    assert done.exit_code == 1
    assert code in done.stderr
    assert next(iter(login.values())) in done.stderr


def test_one_altered_byte_is_told_even_where_the_digest_was_made_anew(folder, world):
    page = folder / "sample.html"
    sign(page)
    (folder / "manifest.json").unlink()
    forged = page.read_bytes().replace(b"65 %", b"95 %", 1)
    place = seal.PLACES["html"].search(forged)
    blank = forged[: place.start(1)] + seal.BLANK.encode() + forged[place.end(1) :]
    page.write_bytes(seal.sealed(blank, "html"))
    assert run("verify", page).exit_code == 0
    done = verify(page, world)
    assert done.exit_code == 1
    assert "E-VERIFY-SIGNATURE" in done.stderr


def test_a_forged_manifest_is_told_for_all_that_it_names(folder, world):
    sign(folder)
    content = json.loads((folder / "manifest.json").read_bytes())
    del content[seal.KEY]
    (folder / "manifest.json").write_bytes(seal.sealed_json({**content, "title": "forged"}))
    done = verify(folder, world)
    assert done.stdout.count(": altered") == 6
    assert "E-VERIFY-SIGNATURE" in done.stderr


def test_a_bundle_of_another_file_and_one_by_another_root_of_trust_are_told(folder, world, tmp_path, monkeypatch):
    page, sheet = folder / "sample.html", folder / "sample.pdf"
    sign(sheet)
    shutil.copy(folder / "sample.pdf.sigstore.json", folder / "sample.html.sigstore.json")
    assert "E-VERIFY-SIGNATURE" in verify(page, world).stderr
    monkeypatch.setenv("HOME", str(tmp_path))
    own = run("verify", sheet, "--identity", WHO)
    assert own.exit_code == 1
    assert "E-VERIFY-SIGNATURE" in own.stderr
    assert verify(sheet, world).exit_code == 0


@pytest.mark.parametrize(
    "bundle",
    [b"", b"junk", b"{}", b"[" * 90_000, b'{"mediaType": "' + b"x" * 10_000_000, b"\xff\xfe"],
    ids=["nothing", "junk", "empty", "deep", "large", "bytes"],
)
def test_what_is_no_bundle_is_told(folder, world, bundle):
    (folder / "sample.html.sigstore.json").write_bytes(bundle)
    done = verify(folder / "sample.html", world)
    assert done.exit_code == 1
    assert "E-VERIFY-BUNDLE" in done.stderr
    assert len(done.stderr) < 500


def test_a_bundle_with_any_of_its_parts_altered_or_left_out_is_refused(folder, world):
    page, bundle = folder / "sample.html", folder / "sample.html.sigstore.json"
    sign(page)
    desk = identities.Identity(WHO, ISSUER, world.trusted_root)
    assert desk.signer(page) == f"{WHO} ({ISSUER})"
    tried = 0
    for damaged in _damaged(json.loads(bundle.read_bytes())):
        bundle.write_text(json.dumps(damaged), encoding="utf-8")
        with pytest.raises(InputError, match=r"E-VERIFY-(BUNDLE|IDENTITY|SIGNATURE)"):
            desk.signer(page)
        tried += 1
    assert tried > 20


def _damaged(whole):
    """Yield a bundle with a letter of each text altered, and without each of its other parts that it cannot do without."""
    for path in _paths(whole):
        copy = json.loads(json.dumps(whole))
        *way, last = path
        inner = functools.reduce(operator.getitem, way, copy)
        if isinstance(inner[last], str):
            text, middle = inner[last], len(inner[last]) // 2
            inner[last] = f"{text[:middle]}{'A' if text[middle] != 'A' else 'B'}{text[middle + 1 :]}"
        else:
            inner[last] = None
        if last not in {"messageDigest", "timestampVerificationData"}:
            yield copy


def _paths(value, path=()):
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from _paths(inner, (*path, key))


def test_a_file_without_a_bundle_is_unknown(folder, world):
    done = verify(folder / "sample.html", world)
    assert done.exit_code == 1
    assert "E-VERIFY-UNSIGNED" in done.stderr
    assert "sample.html.sigstore.json" in done.stderr


def test_a_root_of_trust_that_is_none_is_told(folder, tmp_path):
    sign(folder / "sample.html")
    (tmp_path / "root.json").write_text("{}", encoding="utf-8")
    done = run("verify", folder / "sample.html", "--identity", WHO, "--trusted-root", tmp_path / "root.json")
    assert "E-VERIFY-ROOT" in done.stderr


@pytest.mark.parametrize("login", ["junk", token(age=3600)], ids=["junk", "old"])
def test_a_token_that_tells_nobody_is_told(folder, tmp_path, login):
    (tmp_path / "login").write_text(login, encoding="utf-8")
    done = run("sign", folder, "--identity-token", tmp_path / "login")
    assert "E-SIGN-TOKEN" in str(done.exception)
    assert not (folder / "manifest.json.sigstore.json").exists()


def log_in(monkeypatch, answer):
    """Let nobody be told by what this runs in, and a browser answer."""
    config = SimpleNamespace(signing_config=SimpleNamespace(get_oidc_url=lambda: ISSUER))
    monkeypatch.setattr(identities, "ClientTrustConfig", SimpleNamespace(production=lambda: config))
    monkeypatch.setattr(identities, "detect_credential", lambda: None)
    monkeypatch.setattr(identities, "Issuer", lambda _url: SimpleNamespace(identity_token=answer))


def test_a_person_signs_by_logging_in(folder, world, monkeypatch):
    log_in(monkeypatch, lambda: IdentityToken(token()))
    assert run("sign", folder, "--identity").exit_code == 0
    assert verify(folder, world, "--issuer", ISSUER).exit_code == 0


def test_where_nobody_logs_in_or_the_network_is_away_nothing_is_signed(folder, monkeypatch):
    def nobody():
        raise EOFError

    log_in(monkeypatch, nobody)
    assert "E-SIGN-IDENTITY" in str(run("sign", folder, "--identity").exception)

    def unreachable():
        raise TUFError("Failed to refresh TUF metadata")

    monkeypatch.setattr(identities, "ClientTrustConfig", SimpleNamespace(production=unreachable))
    assert "E-SIGN-NETWORK sigstore's services cannot be reached: Failed" in str(
        run("sign", folder, "--identity").exception
    )
    assert not (folder / "manifest.json.sigstore.json").exists()


@pytest.mark.parametrize("command", ["sign", "verify"])
def test_without_the_extra_the_way_to_it_is_told(folder, monkeypatch, command):
    monkeypatch.setitem(sys.modules, "sigstore", None)
    words = ("--identity",) if command == "sign" else ("--identity", WHO)
    done = run(command, folder, *words)
    assert "E-SIGN-EXTRA" in str(done.exception)
    assert "quickview[sign]" in str(done.exception)


def test_the_extra_is_nothing_that_a_report_is_made_with():
    assert not {"sigstore", "cryptography"} & set(installation()["packages"])


@pytest.mark.parametrize(
    "words",
    [
        ("sign",),
        ("sign", "--identity", "--key", __file__),
        ("verify", "--identity", ""),
        ("verify", "--identity", WHO, "--issuer", ""),
        ("verify", "--issuer", ISSUER),
        ("verify", "--identity", WHO, "--signers", __file__),
    ],
)
def test_wrong_usage_ends_with_2(folder, words):
    assert run(words[0], folder, *words[1:]).exit_code == 2
