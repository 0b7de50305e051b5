"""Files arrive whole or not at all, whatever the server does."""

import hashlib
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from cnn.data.datasets import DIGITS, FASHION, MNIST, Source, download, load_mnist
from cnn.data.download import DownloadError, fetch
from cnn.data.handwriting import generate
from cnn.data.idx import write_idx


class Server:
    """A web server on this machine that can be told to misbehave."""

    def __init__(self):
        self.files = {}
        self.ranges = True
        self.break_after = None  # bytes of the next answer, then the line is cut
        self.asked = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append((self.path, self.headers.get("Range")))
                outer.answer(self)

            def log_message(self, *args):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def answer(self, handler):
        content = self.files.get(handler.path.lstrip("/"))
        if content is None:
            handler.send_error(404)
            return
        start, wanted = 0, handler.headers.get("Range")
        if wanted and self.ranges:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            if start >= len(content):
                handler.send_error(416)
                return
        body = content[start:]
        handler.send_response(206 if start else 200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if self.break_after is not None:
            body, self.break_after = body[: self.break_after], None
        handler.wfile.write(body)


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    running = Server()
    yield running
    running.http.shutdown()
    running.http.server_close()


CONTENT = np.random.default_rng(0).bytes(300_000)
SUM = hashlib.md5(CONTENT).hexdigest()


def test_a_file_arrives_with_progress(server, tmp_path):
    server.files["a.gz"] = CONTENT
    seen = []
    fetch([server.url + "a.gz"], tmp_path / "new" / "a.gz", SUM, seen.append)
    assert (tmp_path / "new" / "a.gz").read_bytes() == CONTENT
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["a.gz"]
    assert [state.done for state in seen] == sorted(state.done for state in seen)
    assert seen[-1].done == seen[-1].total == len(CONTENT)
    assert len(seen) > 2


def test_what_is_there_is_not_fetched_again(server, tmp_path):
    (tmp_path / "a.gz").write_bytes(CONTENT)
    fetch([server.url + "a.gz"], tmp_path / "a.gz", SUM)
    assert server.asked == []


def test_a_broken_download_continues_where_it_stopped(server, tmp_path):
    server.files["a.gz"] = CONTENT
    server.break_after = 100_000
    with pytest.raises(DownloadError, match=r"stopped"):
        fetch([server.url + "a.gz"], tmp_path / "a.gz", SUM)
    assert not (tmp_path / "a.gz").exists()
    kept = (tmp_path / "a.gz.part").stat().st_size
    assert kept > 0
    fetch([server.url + "a.gz"], tmp_path / "a.gz", SUM)
    assert server.asked[-1] == ("/a.gz", f"bytes={kept}-")
    assert (tmp_path / "a.gz").read_bytes() == CONTENT


def test_it_continues_from_another_place_in_the_same_call(server, tmp_path):
    server.files["one/a"] = server.files["two/a"] = CONTENT
    server.break_after = 70_000
    fetch([server.url + "one/a", server.url + "two/a"], tmp_path / "a", SUM)
    assert [path for path, _ in server.asked] == ["/one/a", "/two/a"]
    assert server.asked[1][1] is not None
    assert (tmp_path / "a").read_bytes() == CONTENT


def test_a_server_that_cannot_continue_starts_again(server, tmp_path):
    server.files["a"], server.ranges = CONTENT, False
    (tmp_path / "a.part").write_bytes(CONTENT[:1000])
    fetch([server.url + "a"], tmp_path / "a", SUM)
    assert (tmp_path / "a").read_bytes() == CONTENT


@pytest.mark.parametrize("before", [b"something else", CONTENT, CONTENT + b"more"])
def test_whatever_was_left_from_before_the_file_is_right_in_the_end(server, tmp_path, before):
    server.files["a"] = CONTENT
    (tmp_path / "a.part").write_bytes(before)
    fetch([server.url + "a"], tmp_path / "a", SUM)
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert not (tmp_path / "a.part").exists()


def test_another_file_under_the_name_is_not_taken(server, tmp_path):
    server.files["a"] = b"<html>Please log in to the hotel's network</html>"
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(DownloadError, match=r"127\.0\.0\.1 sent another file under the name a\."):
        fetch([server.url + "a"], tmp_path / "a", SUM)
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"old"


def test_no_such_file_and_no_network_are_told_in_plain_sentences(server, tmp_path):
    with pytest.raises(DownloadError, match=r"does not have the file \(it answered 404 "):
        fetch([server.url + "a"], tmp_path / "a", SUM)
    server.http.shutdown()
    server.http.server_close()
    with pytest.raises(DownloadError, match=r"cannot be reached: there seems to be no network"):
        fetch([server.url + "a"], tmp_path / "a", SUM)


def test_what_a_place_may_send_is_bounded(server, tmp_path):
    server.files["a"] = CONTENT
    with pytest.raises(DownloadError, match=r"it sends more than 100,000 bytes"):
        fetch([server.url + "a"], tmp_path / "a", SUM, most_bytes=100_000)
    assert (tmp_path / "a.part").stat().st_size < len(CONTENT)
    with pytest.raises(DownloadError, match=r"it took longer than 0 seconds"):
        fetch([server.url + "a"], tmp_path / "a", SUM, most_seconds=0)
    fetch([server.url + "a"], tmp_path / "a", SUM)
    assert (tmp_path / "a").read_bytes() == CONTENT


def test_many_who_ask_for_a_file_at_once_fetch_it_once(server, tmp_path):
    server.files["a"] = CONTENT
    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(fetch, [server.url + "a"], tmp_path / "a", SUM) for _ in range(6)]
    assert [one.result() for one in asked] == [None] * 6
    assert len(server.asked) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == CONTENT


def test_a_whole_data_set_is_downloaded_and_loads(server, tmp_path):
    data = generate(40, 2)
    made = tmp_path / "made"
    made.mkdir()
    for stem in ("train", "t10k"):
        write_idx(made / f"{stem}-images-idx3-ubyte.gz", data.images[:, 0])
        write_idx(made / f"{stem}-labels-idx1-ubyte.gz", data.labels.astype(np.uint8))
    server.files = {path.name: path.read_bytes() for path in made.iterdir()}
    sums = {name: hashlib.md5(content).hexdigest() for name, content in server.files.items()}
    source = Source("small", DIGITS, (server.url,), sums)
    seen = set()
    download(source, tmp_path / "here", lambda state: seen.add(state.name))
    assert seen == set(sums)
    assert np.array_equal(load_mnist(tmp_path / "here").images, data.images)
    assert np.array_equal(load_mnist(tmp_path / "here", "test").labels, data.labels)


@pytest.mark.parametrize("source", [MNIST, FASHION])
def test_the_known_sources_are_whole(source):
    assert len(source.classes) == 10
    assert sorted(source.checksums) == [
        f"{stem}-{kind}-ubyte.gz"
        for stem in ("t10k", "train")
        for kind in ("images-idx3", "labels-idx1")
    ]
    assert all(re.fullmatch("[0-9a-f]{32}", total) for total in source.checksums.values())
    assert all(url.endswith("/") for url in source.urls)
