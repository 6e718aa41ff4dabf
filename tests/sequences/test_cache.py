"""Each file is encoded once: by whom, for how long, and what if the disk or the file fails."""

import errno
import os
import resource
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import joblib
import pytest

from skdeepg import FastaWindowTransformer
from skdeepg.exceptions import ChangedFileError, InvalidLetterError, LostDataWarning
from skdeepg.sequences import cache, mapping, read_sequences, whole_files

OLD = 1_600_000_000


@pytest.fixture
def encoded(monkeypatch):
    """The names of the files that are encoded, in order."""
    names = []
    write_codes = cache.write_codes

    def count(path, *args):
        names.append(path.name)
        return write_codes(path, *args)

    monkeypatch.setattr(cache, "write_codes", count)
    return names


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache"


def entries(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def letters(path, folder, **options):
    return read_sequences([path], memory=folder, **options).sequence(0)


def test_a_file_is_encoded_once(write, folder, encoded):
    paths = [write(f">r\nACGT{letter}\n", f"{letter}.fasta") for letter in "ACG"]
    for rows in (paths, paths[::-1], paths[1:], [paths[0], paths[0]]):
        X = read_sequences(rows, memory=folder)
        assert X.names.tolist() == [path.name for path in rows]
    assert sorted(encoded) == ["A.fasta", "C.fasta", "G.fasta"]  # files are read side by side
    assert len(entries(folder)) == 3


def test_one_path_by_other_names(write, folder, encoded, monkeypatch):
    path = write(">r\nACGT\n", "sub/a.fasta")
    letters(path, folder)
    monkeypatch.chdir(path.parent)
    assert letters(Path("a.fasta"), folder) == "ACGT"
    link = path.with_name("link.fasta")
    link.symlink_to(path)
    assert letters(link, folder) == "ACGT"
    assert len(encoded) == 1


def test_names_that_are_no_utf_8_come_back(write, folder, encoded):
    path = write(b">caf\xe9 x\nACGT\n>b\nGG\n")
    names = [read_sequences([path], memory=folder).records().name.tolist() for _ in range(2)]
    assert names[0] == names[1] == [r"caf\xe9", "b"]
    assert len(encoded) == 1


@pytest.mark.skipif(os.name != "posix", reason="Windows has no mmap")
def test_a_map_that_the_system_refuses():
    with pytest.raises(OSError, match=r"A map of 4,611,686,018,427,387,904 bytes fails: \w"):
        mapping._map(None, 1 << 62, 0, mapping._ANONYMOUS)


def test_vocabularies_have_entries_of_their_own(write, folder, encoded):
    path = write(">r\nACGT\n")
    assert letters(path, folder) == "ACGT"
    assert letters(path, folder, vocabulary="TGCA") == "ACGT"
    assert letters(path, folder, vocabulary="AC") == "ACNN"
    assert letters(path, folder) == "ACGT"
    assert len(encoded) == 3


def test_another_format_is_encoded_anew(write, folder, encoded, monkeypatch):
    path = write(">r\nACGT\n")
    letters(path, folder)
    monkeypatch.setattr(cache, "FORMAT", cache.FORMAT + 1)
    letters(path, folder)
    assert len(encoded) == 2


class TestChanges:
    """When an entry counts."""

    def test_other_size(self, write, folder, encoded):
        path = write(">r\nACGT\n")
        letters(path, folder)
        write(">r\nACGTA\n")
        assert letters(path, folder) == "ACGTA"
        assert len(encoded) == 2
        assert len(entries(folder)) == 1

    def test_other_time_and_content(self, write, folder, encoded):
        path = write(">r\nACGT\n")
        os.utime(path, (OLD, OLD))
        letters(path, folder)
        write(">r\nTTTT\n")
        assert letters(path, folder) == "TTTT"
        assert len(encoded) == 2

    def test_other_time_alone_costs_one_look_at_the_content(
        self, write, folder, encoded, monkeypatch
    ):
        path = write(">r\nACGT\n")
        letters(path, folder)
        os.utime(path, (OLD, OLD))
        hashed, hash_file = [], cache.hash_file
        monkeypatch.setattr(cache, "hash_file", lambda path: hashed.append(path) or hash_file(path))
        for _ in range(3):
            assert letters(path, folder) == "ACGT"
        assert len(encoded) == len(hashed) == 1

    def test_file_just_written_is_in_doubt(self, write, folder):
        """A second change within the clock's tick leaves size and time as they were."""
        path = write(">r\nACGT\n")
        status = path.stat()
        letters(path, folder)
        write(">r\nTTTT\n")
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        assert letters(path, folder) == "TTTT"

    def test_change_while_it_is_read(self, write, folder, monkeypatch):
        path = write(">r\nACGT\n")
        write_codes = cache.write_codes

        def change_meanwhile(*args):
            content = write_codes(*args)
            path.write_text(">r\nACGTACGT\n")
            return content

        monkeypatch.setattr(cache, "write_codes", change_meanwhile)
        with pytest.raises(ChangedFileError, match=r"reads\.fasta has changed while it was read"):
            letters(path, folder)
        assert entries(folder) == []

    def test_entry_that_is_removed_at_once(self, write, folder, monkeypatch):
        path = write(">r\nACGT\n")
        monkeypatch.setattr(cache, "_stamp", lambda entry, status: entry.unlink())
        with pytest.raises(ChangedFileError, match=r"\.codes was removed when it had just"):
            letters(path, folder)


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.9, 0.999])
def test_half_an_entry_is_never_read(write, folder, encoded, kept):
    path = write(">r\n" + "ACGT" * 1000 + "\n")
    letters(path, folder)
    [entry] = folder.rglob("*.codes")
    whole = entry.read_bytes()
    entry.write_bytes(whole[: int(kept * len(whole))])
    assert letters(path, folder) == "ACGT" * 1000
    assert len(encoded) == 2
    assert entry.read_bytes() == whole


def test_damaged_table_is_never_read(write, folder, encoded):
    path = write(">name\nACGT\n")
    letters(path, folder)
    [entry] = folder.rglob("*.codes")
    entry.write_bytes(entry.read_bytes().replace(b"name", b"noun"))
    assert read_sequences([path], memory=folder).to_frame()["record"].tolist() == ["name"]
    assert len(encoded) == 2


def test_what_a_killed_process_left_is_written_over(write, folder, encoded):
    path = write(">r\nACGT\n")
    letters(path, folder)
    [entry] = folder.rglob("*.codes")
    part = entry.rename(entry.with_name(entry.name + ".part"))
    part.write_bytes(b"junk" * 1000)
    assert letters(path, folder) == "ACGT"
    assert len(encoded) == 2
    assert entries(folder) == [entry.name]


def test_full_disk_leaves_nothing_and_says_where(write, folder):
    path = write(">r\n" + "ACGT" * 100_000 + "\n")
    other = write(">r\nACGT\n", "other.fasta")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(OSError, match=r"memory.*cache.*no room.*Free disk space"):
            read_sequences([other, path], memory=folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert len(entries(folder)) == 1  # the one that was whole
    assert letters(path, folder) == "ACGT" * 100_000


def test_folder_that_is_a_file(write):
    path = write(">r\nACGT\n")
    with pytest.raises(OSError, match="memory: the folder .* cannot be written to"):
        letters(path, path)


def test_refusals_of_other_files_are_not_those_of_the_folder(write, folder, monkeypatch):
    path = write(">r\nACGT\n")

    def refuse(*args):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(cache, "write_codes", refuse)
    with pytest.raises(PermissionError, match=r"Permission denied: '.*reads\.fasta'$"):
        letters(path, folder)
    assert entries(folder) == []


def test_bad_file_leaves_nothing_and_is_named(write, folder):
    path = write(">r\nACGT\n>s\nAC!T\n")
    with pytest.raises(InvalidLetterError, match="'!' at position 2 .*record 's' of .*reads.fasta"):
        letters(path, folder)
    assert entries(folder) == []
    with pytest.raises(FileNotFoundError, match="There is no file"):
        letters(path.with_name("absent.fasta"), folder)


def test_losses_are_told_each_time(write, folder, encoded):
    path = write("remarks\n>a\n>b\nACGT\n")
    for _ in range(2):
        with pytest.warns(LostDataWarning) as caught:
            assert letters(path, folder) == "ACGT"
        messages = " ".join(str(each.message) for each in caught)
        assert "1 of 2 records have no sequence" in messages
        assert "begins with 'remarks'" in messages
    assert len(encoded) == 1


def test_memory_of_joblib(write, tmp_path, encoded):
    path = write(">r\nACGT\n")
    memory = joblib.Memory(tmp_path / "cache", verbose=0)
    assert letters(path, memory) == letters(path, tmp_path / "cache") == "ACGT"
    assert len(encoded) == 1
    assert letters(path, joblib.Memory(None)) == "ACGT"


def test_memory_that_is_no_folder(write):
    with pytest.raises(TypeError, match="memory must be a folder or a joblib.Memory on one, not 3"):
        letters(write(">r\nACGT\n"), 3)
    with pytest.raises(ValueError, match="'memory' parameter of FastaWindowTransformer must be"):
        FastaWindowTransformer(memory=3).fit(["ACGT"])


def test_progress_bar(write, folder, capsys):
    path = write(">r\nACGT\n")
    cutter = FastaWindowTransformer(4, memory=folder, verbose=1)
    cutter.fit([path])
    assert "Encode files: 100%" in capsys.readouterr().err
    cutter.fit([path])
    assert capsys.readouterr().err == ""


class TestTwoAtOnce:
    """Several processes or threads that want the same files."""

    def test_threads_share_the_work(self, write, folder, encoded):
        paths = [write(f">r\n{'ACGT' * 5000}{i * 'A'}\n", f"{i}.fasta") for i in range(8)]
        lengths = []

        def read():
            lengths.append(read_sequences(paths, memory=folder).lengths.tolist())

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert lengths == [[20_000 + i for i in range(8)]] * 4
        assert sorted(encoded) == [f"{i}.fasta" for i in range(8)]
        assert len(entries(folder)) == 8

    def test_without_locks_both_end_well(self, write, folder, encoded, monkeypatch):
        monkeypatch.setattr(whole_files, "_lock", lambda handle, wait: None)
        paths = [write(f">r\n{'ACGT' * 5000}\n", f"{i}.fasta") for i in range(4)]
        barrier, lengths = threading.Barrier(3), []

        def read():
            barrier.wait()
            lengths.append(read_sequences(paths, memory=folder).n_bases)

        threads = [threading.Thread(target=read) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert lengths == [80_000] * 3
        assert len(entries(folder)) == 4

    def test_systems_without_locks(self, write, folder, encoded, monkeypatch):
        """As on Windows: each writes a file of its own, and what failed leaves none."""
        monkeypatch.setattr(whole_files, "fcntl", None)
        place = folder / "skdeepg" / "a.codes"
        first, second = (whole_files.open_part(place, wait=False) for _ in range(2))
        for part, content in ((first, b"first"), (second, b"second")):
            part.handle.write(content)
        first.commit()
        second.discard()
        assert first.handle.closed
        assert second.handle.closed
        assert place.read_bytes() == b"first"
        (folder / "folder").mkdir()
        third = whole_files.open_part(folder / "folder", wait=True)
        with pytest.raises(OSError, match="folder"):
            third.commit()  # a file cannot take the name of a folder
        third.discard()
        assert entries(folder) == ["a.codes"]
        path = write(">r\nACGT\n")
        assert [letters(path, folder) for _ in range(2)] == ["ACGT", "ACGT"]
        assert encoded == ["reads.fasta"]
        with pytest.raises(InvalidLetterError):
            letters(write(">r\nAC!T\n", "bad.fasta"), folder)
        assert len(entries(folder)) == 2

    @pytest.mark.slow
    def test_processes_share_the_work(self, write, folder):
        paths = [write(f">r\n{'ACGT' * 100_000}\n", f"{i}.fasta") for i in range(6)]
        code = (
            "import sys, pathlib; from skdeepg.sequences import cache, read_sequences\n"
            "write = cache.write_codes\n"
            "def named(path, *args):\n"
            "    print(end=f'{path.name} ', flush=True)  # in one piece: threads print at once\n"
            "    return write(path, *args)\n"
            "cache.write_codes = named\n"
            "X = read_sequences(map(pathlib.Path, sys.argv[2:]), memory=sys.argv[1])\n"
            "assert X.n_bases == 2_400_000"
        )
        command = [sys.executable, "-c", code, folder, *paths]
        running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        printed = [process.communicate()[0].split() for process in running]
        assert [process.returncode for process in running] == [0, 0]
        assert sorted(printed[0] + printed[1]) == [path.name for path in paths]
        assert len(entries(folder)) == 6

    def test_waits_for_another_process_and_takes_its_entry(self, write, folder, encoded):
        path = write(">r\nACGT\n")
        code_cache = cache.CodeCache(cache.folder_of(folder), cache.Vocabulary("ACGT"))
        place = code_cache._place(path)
        other = whole_files.open_part(place, wait=False)
        assert whole_files.open_part(place, wait=False) is None
        found = []
        reader = threading.Thread(target=lambda: found.append(letters(path, folder)))
        reader.start()
        time.sleep(0.2)
        assert found == []
        other.discard()  # it failed, so the reader does the work
        reader.join()
        assert found == ["ACGT"]
        assert encoded == ["reads.fasta"]


def test_cache_for_reading_only(write, folder, encoded):
    """Nothing is written where nothing needs to be."""
    path = write(">r\nACGT\n")
    os.utime(path, (OLD, OLD))
    letters(path, folder)
    before = {each: each.stat().st_mtime_ns for each in folder.rglob("*")}
    assert letters(path, folder) == "ACGT"
    assert {each: each.stat().st_mtime_ns for each in folder.rglob("*")} == before


def test_no_warning_of_unclosed_files(write, folder):
    path = write(">r\nACGT\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        letters(path, folder)
        letters(path, folder)
