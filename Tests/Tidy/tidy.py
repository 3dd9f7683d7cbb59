#!/usr/bin/env python3
"""Checks words, lengths and references of everything that git tracks here.

  Tests/Tidy/tidy.py               fails on a new finding, and on an exception that is no longer needed
  Tests/Tidy/tidy.py --list        every finding, also those that exceptions.txt allows
  Tests/Tidy/tidy.py --exceptions  writes exceptions.txt from the present findings
  Tests/Tidy/tidy.py --self-test   plants each fault and looks whether it is found

A line of exceptions.txt is RULE FILE COUNT. The list is to shrink: a count is never raised by hand.
"""
import collections
import os
import re
import subprocess
import sys

COLUMNS_MAX = 100
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
SENTENCE_MAX = 150

# What not to write, and what to write: the field's standard terms.
WORDS = [
    (r"motion sensors?", "IMU"),
    (r"let(s|ting)? go\b", "switch torque off"),
    (r"twins?", "simulated servo, simulated board"),
    (r"cut-off values?", "bootstrap value"),
    (r"(is|are|was|were|be) held to", "limited to"),
    (r"comes? to a stand", "stop"),
    (r"stays? at home", "privileged, not deployed"),
    (r"where to go", "velocity command"),
    (r"joint rates?", "joint velocity"),
    (r"way over ground", "distance"),
    (r"time (was |is )?up(?! to)", "truncated"),
    (r"target change", "action rate"),
    (r"log deviations?", "log standard deviation"),
    (r"anew", "again"),
    (r"outlasts?", "survive, last longer than"),
]
WORD_RULES = [(re.compile(rf"\b{pattern}", re.IGNORECASE), instead) for pattern, instead in WORDS]
QUESTION = re.compile(r"(What|How|Whether|Where|When|Which|Who|Why)\b")
REFERENCE = re.compile(r"[\w+./-]*[\w+-]+\.(?:swift|md|sh|py|yaml|xml|h|c)\b")
DECLARED = re.compile(
    r"^(\s*)(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|private|fileprivate|static|class|final|"
    r"mutating|borrowing|consuming|override|convenience|required|prefix|nonisolated)(?:\(set\))?\s+)*"
    r"(?:func\b|init\b|deinit\b|subscript\b)")

Finding = collections.namedtuple("Finding", "rule file line text")


def tracked():
    """Paths that git tracks or would, in order; all files where there is no repository."""
    found = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], capture_output=True, text=True)
    if found.returncode == 0:
        paths = found.stdout.split("\n")
    else:
        paths = [
            os.path.relpath(os.path.join(folder, name), ".")
            for folder, folders, names in os.walk(".")
            if folders.sort() or not re.search(r"/\.(?!ci\b)", folder) for name in names]
    return sorted(path for path in set(paths) if path and os.path.isfile(path) and not os.path.islink(path))


def is_checked(path):
    """Generated code, tables of other people and this folder are left out."""
    return path.endswith((".swift", ".md", ".sh", ".py", ".yaml", ".c", ".h")) and not (
        path.endswith(".pb.swift") or path.startswith("Tests/Tidy/") or path == "LICENSE")


def prose(path, line):
    """The comment and the texts of a line of code; a page is prose altogether."""
    if path.endswith(".md"):
        return line
    if path.endswith((".sh", ".py", ".yaml")):
        return line
    comment = re.search(r"//.*", line)
    return " ".join(re.findall(r'"((?:\\.|[^"\\])*)"', line) + ([comment.group(0)] if comment else []))


def words(path, lines):
    for number, line in enumerate(lines, 1):
        text = prose(path, line)
        for pattern, instead in WORD_RULES:
            found = pattern.search(text)
            if found:
                yield Finding("words", path, number, f"'{found.group(0)}': write {instead}")


def columns(path, lines):
    if not path.endswith((".swift", ".c", ".h")):
        return
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS_MAX and not re.search(r"https?://\S{60}", line):
            yield Finding("columns", path, number, f"{len(line)} columns; at most {COLUMNS_MAX}")


def lengths(path, lines):
    if not path.endswith(".swift"):
        return
    if len(lines) > FILE_LINES_MAX:
        yield Finding("file", path, 1, f"{len(lines)} lines; at most {FILE_LINES_MAX}")
    for number, line in enumerate(lines):
        declared = DECLARED.match(line)
        if not declared or line.rstrip().endswith("}"):
            continue
        end = next(
            (at for at in range(number + 1, len(lines)) if lines[at].startswith(declared.group(1) + "}")
             or re.match(rf"{declared.group(1)}\S", lines[at]) and not lines[at].strip().startswith((")", "{"))),
            number)
        if end - number + 1 > FUNCTION_LINES_MAX:
            yield Finding(
                "function", path, number + 1, f"{end - number + 1} lines; at most {FUNCTION_LINES_MAX}")


def sentences(path, lines):
    """First sentences of doc comments say what a thing is or does, in a line and a half."""
    if not path.endswith(".swift"):
        return
    number = 0
    while number < len(lines):
        if not lines[number].strip().startswith("///"):
            number += 1
            continue
        first = number
        block = []
        while number < len(lines) and lines[number].strip().startswith("///"):
            block.append(lines[number].strip()[3:].strip())
            number += 1
        paragraph = " ".join(block[:block.index("")] if "" in block else block)
        sentence = re.split(r"(?<=[.:;])\s+(?=[A-Z`-])", paragraph)[0]
        sentence = re.split(r"\s- (?:Parameter|Returns|Throws)", sentence)[0]
        if QUESTION.match(sentence):
            yield Finding("question", path, first + 1, f"begins with '{sentence.split()[0]}'")
        if len(sentence) > SENTENCE_MAX:
            yield Finding(
                "sentence", path, first + 1, f"{len(sentence)} characters; at most {SENTENCE_MAX}")


def references(path, lines, ends):
    """Files that a page or a comment names have to be there."""
    if path.endswith((".yaml", ".c", ".h")):
        return
    for number, line in enumerate(lines, 1):
        if path.endswith(".md"):
            text = re.sub(r"\(?https?://[^\s)]+\)?", "", line)
            names = re.findall(r"\]\(([^)#]+)", text) + [
                name for code in re.findall(r"`([^`]+)`", text) for name in REFERENCE.findall(code)
                if "/" in name and not re.search(r"[*A-Z]{4,}/", name)]
        elif path.endswith(".swift"):
            comment = re.search(r"//.*", line)
            names = REFERENCE.findall(re.sub(r"https?://\S+", "", comment.group(0))) if comment else []
            # A script or header without one of our folders is another project's.
            names = [
                name for name in names
                if name.endswith((".swift", ".md")) or name.startswith(("sim/", "Tests/", "firmware-proto/"))]
        else:
            continue
        for name in names:
            if "://" in name or name.startswith(("/", "~")):
                continue
            there = os.path.normpath(os.path.join(os.path.dirname(path), name))
            if not (os.path.exists(there) or name.lstrip("./") in ends):
                yield Finding("reference", path, number, f"there is no {name}")


def check(path, text, ends):
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    for rule in (words, columns, lengths, sentences):
        yield from rule(path, lines)
    yield from references(path, lines, ends)


def suffixes(paths):
    """Every end of a path at a slash."""
    ends = set()
    for path in paths:
        parts = path.split("/")
        for first in range(len(parts)):
            ends.add("/".join(parts[first:]))
    return ends


def findings():
    paths = tracked()
    ends = suffixes(paths)
    for path in filter(is_checked, paths):
        with open(path, encoding="utf-8") as file:
            yield from check(path, file.read(), ends)


PLANTED = [
    ("words", "a.swift", "/// Reads the motion sensor.\nlet x = 1\n"),
    ("words", "a.swift", 'let x = "the servo lets go"\n'),
    ("words", "a.md", "It comes to a stand.\n"),
    ("columns", "a.swift", "// " + "x" * 98 + "\n"),
    ("file", "a.swift", "let x = 1\n" * 401),
    ("function", "a.swift", "  func f() {\n" + "    x()\n" * 59 + "  }\n"),
    ("question", "a.swift", "  /// Whether it is on.\n  var isOn: Bool\n"),
    ("sentence", "a.swift", "/// A\n" + "/// long first sentence that goes on\n" * 5 + "let x = 1\n"),
    ("reference", "a.swift", "// See Gone.swift.\n"),
    ("reference", "a.md", "Look into [it](gone/away.md).\n"),
]
SOUND = [
    ("a.swift", "/// Peak clearance of the swing foot, metres.\n///\n/// Where it is 0, nothing moved.\nvar x: Float\n"),
    ("a.swift", "  func f() {\n" + "    x()\n" * 58 + "  }\n"),
    ("a.swift", "// A link: https://example.org/gone.md\n"),
    ("a.md", "It is limited to its limits. See [here](there.md).\n"),
]


def self_test():
    ends = {"there.md"}
    for rule, path, text in PLANTED:
        if rule not in {finding.rule for finding in check(path, text, ends)}:
            sys.exit(f"tidy: the planted fault of rule '{rule}' was not found in: {text[:60]!r}")
    for path, text in SOUND:
        for finding in check(path, text, ends):
            sys.exit(f"tidy: found {finding} where nothing is wrong")
    print(f"tidy: {len(PLANTED)} planted faults found")


def main(arguments):
    folder = os.path.dirname(os.path.abspath(__file__))
    os.chdir(os.path.join(folder, "..", ".."))
    known_path = os.path.join(folder, "exceptions.txt")
    if arguments == ["--self-test"]:
        return self_test()
    found = list(findings())
    counts = collections.Counter((finding.rule, finding.file) for finding in found)
    if arguments == ["--list"]:
        for finding in found:
            print(f"{finding.file}:{finding.line}: {finding.rule}: {finding.text}")
        print(collections.Counter(finding.rule for finding in found))
        return None
    if arguments == ["--exceptions"]:
        with open(known_path, "w", encoding="utf-8") as file:
            file.writelines(f"{rule} {path} {count}\n" for (rule, path), count in sorted(counts.items()))
        return None
    if arguments:
        sys.exit(__doc__)
    known = collections.Counter()
    with open(known_path, encoding="utf-8") as file:
        for line in file:
            rule, path, count = line.split()
            known[rule, path] = int(count)
    wrong = 0
    for key in sorted(set(counts) | set(known)):
        if counts[key] > known[key]:
            wrong += 1
            for finding in found:
                if (finding.rule, finding.file) == key:
                    print(f"{finding.file}:{finding.line}: {finding.rule}: {finding.text}", file=sys.stderr)
        elif counts[key] < known[key]:
            wrong += 1
            print(f"tidy: {key[1]}: '{key[0]}' {counts[key]} times, exceptions.txt says {known[key]}: "
                  "lower it (Tests/Tidy/tidy.py --exceptions)", file=sys.stderr)
    if wrong:
        sys.exit(1)
    print(f"tidy: {sum(counts.values())} exceptions left in {len({path for _, path in counts})} files")
    return None


if __name__ == "__main__":
    main(sys.argv[1:])
