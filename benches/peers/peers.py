"""One peer's time for each query, in nanoseconds, a line each: peers.py NAME DOCS QUERIES ROUNDS."""

import hashlib
import sqlite3
import statistics
import sys
import time


def fts5(docs):
    database = sqlite3.connect(":memory:")
    # Terms come ready-made; the tokenizer only has to leave them whole.
    database.execute("CREATE VIRTUAL TABLE entries USING fts5(question, everything, tokenize = 'unicode61 tokenchars ''.-_+''')")
    database.executemany("INSERT INTO entries VALUES (?, ?)", docs)
    database.execute("INSERT INTO entries(entries) VALUES ('optimize')")

    def ask(terms):
        query = " OR ".join('"' + term.replace('"', '""') + '"' for term in terms)
        sql = "SELECT rowid FROM entries WHERE entries MATCH ? ORDER BY bm25(entries) LIMIT 10"
        return database.execute(sql, (query,)).fetchall()

    return ask


def bm25s(docs):
    import bm25s as library

    retriever = library.BM25()
    # It has one field; terms of the question count twice.
    retriever.index([f"{question} {everything}".split() for question, everything in docs], show_progress=False)

    def ask(terms):
        return retriever.retrieve([terms], k=10, show_progress=False, n_threads=0)

    return ask


def postgresql(docs):
    import psycopg

    # Where it listens is told by PGHOST and the like.
    connection = psycopg.connect(autocommit=True)

    def quoted(term):
        # A word may have 2,046 bytes there.
        if len(term) > 500:
            term = hashlib.sha256(term.encode()).hexdigest()
        return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"

    def vector(question, everything):
        # Terms come ready-made: no parser of its own sees them. Positions are bounded, weights tell the fields apart.
        places = {}
        for letter, text in (("A", question), ("D", everything)):
            for place, term in enumerate(text.split()[:16383], start=1):
                places.setdefault(term, {})[place] = min(letter, places.get(term, {}).get(place, letter))
        lines = [quoted(term) + ":" + ",".join(f"{place}{letter}" for place, letter in sorted(at.items())[:255]) for term, at in places.items()]
        return " ".join(lines)

    connection.execute("CREATE TEMP TABLE entries (id serial, terms tsvector)")
    with connection.cursor() as cursor:
        with cursor.copy("COPY entries (terms) FROM STDIN") as copy:
            for doc in docs:
                copy.write_row((vector(*doc),))
    connection.execute("CREATE INDEX ON entries USING gin (terms)")
    connection.execute("ANALYZE entries")

    def ask(terms):
        query = " | ".join(quoted(term) for term in terms)
        sql = "SELECT id FROM entries, CAST(%s AS tsquery) AS query WHERE terms @@ query ORDER BY ts_rank(terms, query) DESC LIMIT 10"
        return connection.execute(sql, (query,), prepare=True).fetchall()

    return ask


def main():
    name, docs, queries, rounds = sys.argv[1:]
    with open(docs, encoding="utf-8") as file:
        docs = [line.rstrip("\n").split("\t") for line in file]
    with open(queries, encoding="utf-8") as file:
        queries = [sorted(set(line.split())) for line in file]
    ask = {"fts5": fts5, "bm25s": bm25s, "postgresql": postgresql}[name](docs)
    times = [[] for _ in queries]
    for number in range(int(rounds) + 1):
        for terms, taken in zip(queries, times):
            begin = time.perf_counter_ns()
            if terms:
                ask(terms)
            if number:
                taken.append(time.perf_counter_ns() - begin)
    for taken in times:
        print(int(statistics.median(taken)))


main()
