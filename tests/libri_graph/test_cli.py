"""The command does what it says, and says what went wrong."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from libri_graph.changes.house import House
from libri_graph.changes.lock import writer_lock
from libri_graph.changes.publish import publish
from libri_graph.changes.writes import ReplaceGraph
from libri_graph.cli import main
from libri_graph.errors import SyntaxInvalid
from libri_graph.ingest.knowledge import import_knowledge
from libri_graph.instance import read_instance
from libri_graph.namespaces import GRAPHS
from libri_graph.store.generations import Generations

SOURCE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix libri: <https://w3id.org/libri/ontology#> .
<https://w3id.org/libri/graph/example> a libri:Source, dcat:Dataset ; libri:entersView true ;
    dcterms:title "Example"@en ; dcterms:description "An invented source."@en ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ; dcterms:publisher <https://example.org/> .
"""


@dataclass(frozen=True)
class Done:
    """What a command did."""

    returncode: int
    stdout: str
    stderr: str


def libri(*arguments: str, data_dir: Path) -> Done:
    """Run the command in this process: what it imports is there already. Tests of the process itself start one."""
    printed, told = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    environment = {"LIBRI_DATA_DIR": str(data_dir), "PATH": "/usr/bin:/bin", "NO_COLOR": "1", "COLUMNS": "200"}
    with (
        patch.object(sys, "argv", ["libri", *arguments]),
        patch.dict(os.environ, environment, clear=True),
        redirect_stdout(printed),
        redirect_stderr(told),
        pytest.raises(SystemExit) as end,
    ):
        main()
    stdout, stderr = (stream.buffer.getvalue().decode() for stream in (printed, told))
    return Done(int(end.value.code or 0), stdout, stderr)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "example"
    folder.mkdir()
    (folder / "source.ttl").write_text(SOURCE, encoding="utf-8")
    return folder


def test_a_source_is_loaded_counted_asked_and_exported(source: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    loaded = libri("load", str(source), data_dir=data_dir)
    assert (loaded.returncode, "generation 2: example" in loaded.stderr) == (0, True)
    assert "generation 2" in libri("stats", data_dir=data_dir).stdout
    asked = libri(
        "query", "-e", "SELECT ?t { ?s <http://purl.org/dc/terms/title> ?t }", "--format", "csv", data_dir=data_dir
    )
    assert asked.stdout.split() == ["t", "Example"]
    target = tmp_path / "all.nq.gz"
    assert libri("export", "-o", str(target), data_dir=data_dir).returncode == 0
    assert b'"Example"@en <https://w3id.org/libri/graph/example>' in gzip.decompress(target.read_bytes())


def test_a_syntax_error_says_file_line_and_column_and_leaves_the_state_before(source: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    libri("load", str(source), data_dir=data_dir)
    bad = source / "bad.ttl"
    bad.write_text("<https://example.org/a> <https://example.org/b> .\n", encoding="utf-8")
    failed = libri("load", str(source), data_dir=data_dir)
    assert failed.returncode == 2
    assert f"{bad}:1:" in failed.stderr
    assert "<https://example.org/a> <https://example.org/b> ." in failed.stderr
    assert "^" in failed.stderr
    assert "generation 2" in libri("stats", data_dir=data_dir).stdout


def test_a_broken_rule_publishes_nothing_and_is_told(source: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    record = "<https://w3id.org/libri/id/guide/x> a <https://w3id.org/libri/ontology#Guide> ."
    (source / "guide.ttl").write_text(record, encoding="utf-8")
    failed = libri("load", str(source), data_dir=data_dir)
    assert failed.returncode == 1
    assert "is missing" in failed.stdout
    assert "generation 0" in libri("stats", data_dir=data_dir).stdout


def test_validate_reports_in_the_language_asked_for(source: Path, tmp_path: Path) -> None:
    record = "<https://w3id.org/libri/id/guide/x> a <https://w3id.org/libri/ontology#Guide> ."
    (source / "guide.ttl").write_text(record, encoding="utf-8")
    told = libri("validate", str(source), "--language", "lv", data_dir=tmp_path / "none")
    assert (told.returncode, "Trūkst lauka" in told.stdout) == (1, True)


def test_validate_of_the_real_data_exits_0_and_tells_programs_too(knowledge: Path, tmp_path: Path) -> None:
    told = libri("validate", str(knowledge / "data"), "--format", "json", data_dir=tmp_path)
    assert (told.returncode, json.loads(told.stdout)["conforms"]) == (0, True)


def test_loose_files_need_the_name_of_their_source(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_text("<https://example.org/a> a <https://example.org/B> .", encoding="utf-8")
    refused = libri("load", str(file), data_dir=tmp_path / "data")
    assert (refused.returncode, "--source" in refused.stderr) == (2, True)
    assert libri("load", str(file), "--source", "mine", data_dir=tmp_path / "data").returncode == 0


def test_a_folder_of_sources_is_loaded_whole(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sources"
    shutil.copytree(source, folder / "example")
    loaded = libri("load", str(folder), data_dir=tmp_path / "data")
    assert (loaded.returncode, "generation 2: example" in loaded.stderr) == (0, True)


def test_a_file_with_graphs_is_loaded_into_each_of_them(source: Path, tmp_path: Path) -> None:
    libri("load", str(source), data_dir=tmp_path / "data")
    for name in ("all.nq", "all.trig.gz"):
        file = tmp_path / name
        libri("export", "-o", str(file), "--format", name.split(".")[1], data_dir=tmp_path / "data")
        loaded = libri("load", str(file), data_dir=tmp_path / name.split(".")[1])
        assert (loaded.returncode, "generation 2: example" in loaded.stderr) == (0, True)
    for statement in ("", " <https://example.org/g>", " <https://w3id.org/libri/graph/view>"):
        other = tmp_path / "other.nq"
        other.write_text(f"<https://example.org/a> <https://example.org/b> <https://example.org/c>{statement} .\n")
        refused = libri("load", str(other), data_dir=tmp_path / "nq")
        assert (refused.returncode, "--source" in refused.stderr) == (2, True)
    file.write_bytes(gzip.compress(b""))
    assert "holds nothing" in libri("load", str(file), data_dir=tmp_path / "nq").stderr


def test_a_source_may_not_take_the_place_of_the_rules(source: Path, tmp_path: Path) -> None:
    refused = libri("load", str(source), "--source", "shapes", data_dir=tmp_path / "data")
    assert (refused.returncode, "shapes" in refused.stderr) == (2, True)


def test_a_second_writer_hears_of_the_first_and_waits(source: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    with writer_lock(data_dir, 1):
        command = [sys.executable, "-m", "libri_graph.cli", "load", str(source), "--data-dir", str(data_dir)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as second:
            assert second.stderr is not None
            heard = second.stderr.readline()
            second.kill()
    assert f"waiting for process {os.getpid()} (" in heard


def test_an_interrupted_load_leaves_the_state_before_and_no_leftovers(source: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    libri("load", str(source), data_dir=data_dir)
    before = Generations(data_dir).numbers()
    (source / "more.nt").write_text(
        "".join(f"<https://example.org/{n}> <https://example.org/says> '{n}' .\n" for n in range(400_000)),
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "libri_graph.cli", "load", str(source), "--data-dir", str(data_dir)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as load:
        while not list((data_dir / "generations").glob("building-*")):
            assert load.poll() is None
            time.sleep(0.01)
        load.send_signal(signal.SIGINT)
        assert load.wait() not in (0, 1)
    assert {path.name for path in (data_dir / "generations").iterdir()} == set(map(str, before))
    assert Generations(data_dir).current_number() == before[-1]


def test_an_empty_instance_stays_empty_at_later_starts(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    assert libri("init", "--empty", data_dir=data_dir).returncode == 0
    assert read_instance(data_dir).knowledge is False
    counted = libri("stats", data_dir=data_dir).stdout
    assert "generation 0" in counted
    assert re.search(r"^ +0  initiatives$", counted, re.MULTILINE)


def test_a_source_is_exported_as_curators_edit_it(source: Path, tmp_path: Path) -> None:
    data_dir, target = tmp_path / "data", tmp_path / "out"
    libri("load", str(source), data_dir=data_dir)
    done = libri("export", "--source", "example", "--layout", "data", "-o", str(target), data_dir=data_dir)
    assert done.returncode == 0
    assert [path.name for path in target.iterdir()] == ["source.ttl"]
    assert "libri:entersView true" in (target / "source.ttl").read_text(encoding="utf-8")


def test_a_layout_needs_a_source(source: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    libri("load", str(source), data_dir=data_dir)
    refused = libri("export", "--layout", "data", "-o", str(tmp_path / "out"), data_dir=data_dir)
    assert (refused.returncode, "--source" in refused.stderr) == (2, True)


def test_a_graph_that_is_no_iri_is_told(source: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    libri("load", str(source), data_dir=data_dir)
    refused = libri("export", "--graph", "no iri", "-o", str(tmp_path / "out.nq"), data_dir=data_dir)
    assert (refused.returncode, "is no IRI" in refused.stderr) == (2, True)


def test_what_was_changed_here_and_in_its_file_waits_until_it_is_decided(
    source: Path, tmp_path: Path, knowledge: Path
) -> None:
    data_dir, iri = tmp_path / "data", f"{GRAPHS}example"
    libri("load", str(source), data_dir=data_dir)
    there = list(Generations(data_dir).open_current().raw.quads_for_pattern(None, None, None, NamedNode(iri)))
    title, changed = Literal("Example", language="en"), Literal("Mine", language="en")
    mine = [Quad(q.subject, q.predicate, changed if q.object == title else q.object, q.graph_name) for q in there]
    publish(House(data_dir, 8, knowledge / "shapes"), [ReplaceGraph("portal", NamedNode(iri), mine)])
    (source / "source.ttl").write_text(SOURCE.replace('"Example"', '"Theirs"'), encoding="utf-8")
    assert "waits" in libri("load", str(source), data_dir=data_dir).stderr
    assert libri("review", data_dir=data_dir).stdout.split()[2:] == ["example", iri]
    shown = libri("review", iri, data_dir=data_dir).stdout.splitlines()
    assert [line.split() for line in shown[1:]] == [
        ["served", "dcterms:title", '"Mine"@en'],
        ["file", "dcterms:title", '"Theirs"@en'],
    ]
    assert libri("review", "--take", "file", data_dir=data_dir).returncode == 2
    taken = libri("review", iri, "--take", "file", data_dir=data_dir)
    assert (taken.returncode, "its file says" in taken.stdout) == (0, True)
    titles = {q.object.value for q in Generations(data_dir).open_current().raw if q.predicate.value.endswith("title")}
    assert "Theirs" in titles
    assert "Mine" not in titles
    assert libri("review", iri, data_dir=data_dir).returncode == 2


def test_a_query_that_reaches_out_is_refused(source: Path, tmp_path: Path) -> None:
    libri("load", str(source), data_dir=tmp_path / "data")
    refused = libri("query", "-e", "SELECT * { SERVICE <http://x/> {} }", data_dir=tmp_path / "data")
    assert (refused.returncode, "SERVICE" in refused.stderr) == (2, True)


def test_before_loading_the_command_says_what_to_do(tmp_path: Path) -> None:
    assert "libri init" in libri("stats", data_dir=tmp_path / "data").stderr


def test_nothing_is_made_from_a_journal_that_is_not_there(tmp_path: Path) -> None:
    done = libri("rebuild", data_dir=tmp_path / "nowhere")
    assert (done.returncode, "there is no journal" in done.stderr) == (2, True)
    assert not (tmp_path / "nowhere").exists()


def test_a_misspelt_setting_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIBRI_DATADIR", str(tmp_path))
    run = subprocess.run(
        [sys.executable, "-m", "libri_graph.cli", "stats"], capture_output=True, text=True, check=False
    )
    assert (run.returncode, "LIBRI_DATADIR" in run.stderr) == (2, True)


def test_an_edit_is_visible_after_the_next_start_and_a_fault_leaves_the_state_before(
    knowledge: Path, loaded: Path, tmp_path: Path
) -> None:
    copy, data_dir = tmp_path / "checkout", tmp_path / "var"
    for name in ("ontology", "shapes", "data"):
        shutil.copytree(knowledge / name, copy / name)
    house = House.of(data_dir, 2, copy / "shapes")
    shutil.copytree(loaded, data_dir, symlinks=True)
    assert import_knowledge(house, copy).replaced == ()
    file = copy / "data" / "libri" / "practices.ttl"
    text = file.read_text(encoding="utf-8")
    named = text.replace(
        '"Volunteer-led language café"@en', '"Volunteer-led language café"@en , "Kuratora nosaukums"@lv'
    )
    assert named != text
    file.write_text(named, encoding="utf-8")
    assert import_knowledge(house, copy).replaced == ("libri",)
    labels = """
    PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
    PREFIX practice: <https://w3id.org/libri/id/practice/>
    SELECT ?l { practice:volunteer-language-cafe skos:prefLabel ?l FILTER(LANG(?l) = "lv") }"""
    found = [row["l"].value for row in Generations(data_dir).open_current().raw.query(labels)]
    assert found == ["Kuratora nosaukums"], "a person's text takes the place of the draft"
    file.write_text(text + "\noops", encoding="utf-8")
    with pytest.raises(SyntaxInvalid):
        import_knowledge(house, copy)
    assert [row["l"].value for row in Generations(data_dir).open_current().raw.query(labels)] == ["Kuratora nosaukums"]
