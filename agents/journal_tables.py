"""The tables of a run's journal: what the engine writes, and beside it what readers of a run that goes on can follow.

The second part came later and changes nothing of the first: a journal without it is read as before, and gets it when
the run goes on.
"""

VERSION = 3
"""Of the tables below; a journal of another version is refused, never guessed at."""
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE settled (seed TEXT, round INTEGER, plan TEXT, PRIMARY KEY (seed, round)) WITHOUT ROWID;
CREATE TABLE draws (seed TEXT, round INTEGER, record TEXT, flow TEXT, kinds TEXT, plan TEXT,
  PRIMARY KEY (seed, round, record, flow)) WITHOUT ROWID;
CREATE TABLE records (id TEXT, type TEXT, parent TEXT, seed TEXT, stage TEXT, kind TEXT, round INTEGER, chat TEXT,
  plan TEXT, record TEXT, PRIMARY KEY (id, type));
CREATE INDEX records_of_seed ON records (seed, round);
CREATE TABLE verdicts (id TEXT PRIMARY KEY, accepted INTEGER, verdict TEXT, row TEXT, plan TEXT);
CREATE TABLE drops (id TEXT PRIMARY KEY, seed TEXT, round INTEGER, stage TEXT, kind TEXT, reasons TEXT, plan TEXT);
CREATE TABLE chats (id TEXT PRIMARY KEY, record TEXT, seed TEXT, round INTEGER, stage TEXT, kind TEXT, cast TEXT,
  state TEXT, error TEXT);
CREATE TABLE messages (chat TEXT, n INTEGER, source TEXT, type TEXT, text TEXT, extra TEXT,
  PRIMARY KEY (chat, n)) WITHOUT ROWID;
CREATE TABLE prompts (hash TEXT PRIMARY KEY, text TEXT) WITHOUT ROWID;
CREATE TABLE calls (chat TEXT, hash TEXT, nth INTEGER, turn INTEGER, role TEXT, model TEXT, prompt TEXT, reply TEXT,
  prompt_tokens INTEGER, completion_tokens INTEGER, seconds REAL, PRIMARY KEY (chat, hash, nth)) WITHOUT ROWID;
CREATE TABLE tools (chat TEXT, hash TEXT, nth INTEGER, turn INTEGER, role TEXT, name TEXT, arguments TEXT,
  answer TEXT, is_error INTEGER, seconds REAL, PRIMARY KEY (chat, hash, nth)) WITHOUT ROWID;
"""
_NOW = "(julianday('now') - 2440587.5) * 86400.0"
"""Seconds since 1970; SQLite has no shorter way before 3.42."""
ADDED = """
CREATE TABLE IF NOT EXISTS words (skill TEXT, role TEXT, place TEXT, PRIMARY KEY (skill, role, place)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lived (chat TEXT, turn INTEGER, hash TEXT, nth INTEGER,
  PRIMARY KEY (chat, turn)) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS call_gone AFTER DELETE ON calls BEGIN
  DELETE FROM lived WHERE chat=OLD.chat AND turn=OLD.turn; END;
"""
"""Of what is told below, what a journal that can be followed already may yet lack."""
FOLLOWED = f"""
CREATE TABLE seeds (id TEXT PRIMARY KEY, seed TEXT);
{ADDED}
CREATE TABLE pulse (at REAL PRIMARY KEY, figures TEXT);
CREATE TABLE events (n INTEGER PRIMARY KEY AUTOINCREMENT, at REAL, what TEXT, id TEXT);
INSERT INTO events (what, id) SELECT 'verdict', id FROM verdicts;
INSERT INTO events (what, id) SELECT 'drop', id FROM drops;
INSERT INTO events (what, id) SELECT 'chat', id FROM chats;
INSERT INTO events (what, id) SELECT 'end', id FROM chats WHERE state <> 'open';
CREATE TABLE usage (skill TEXT, role TEXT, model TEXT, calls INTEGER, prompt_tokens INTEGER,
  completion_tokens INTEGER, seconds REAL, PRIMARY KEY (skill, role, model)) WITHOUT ROWID;
INSERT INTO usage SELECT substr(chat, 1, instr(chat, '/') - 1), role, model, count(*), sum(prompt_tokens),
  sum(completion_tokens), sum(seconds) FROM calls GROUP BY 1, 2, 3;
CREATE TRIGGER verdict_written AFTER INSERT ON verdicts BEGIN
  INSERT INTO events (at, what, id) VALUES ({_NOW}, 'verdict', NEW.id); END;
CREATE TRIGGER verdict_gone AFTER DELETE ON verdicts BEGIN
  INSERT INTO events (at, what, id) VALUES ({_NOW}, 'unverdict', OLD.id); END;
CREATE TRIGGER drop_written AFTER INSERT ON drops BEGIN
  INSERT INTO events (at, what, id) VALUES ({_NOW}, 'drop', NEW.id); END;
CREATE TRIGGER drop_gone AFTER DELETE ON drops BEGIN
  INSERT INTO events (at, what, id) VALUES ({_NOW}, 'undrop', OLD.id); END;
CREATE TRIGGER chat_begun AFTER INSERT ON chats BEGIN
  INSERT INTO events (at, what, id) VALUES ({_NOW}, 'chat', NEW.id); END;
CREATE TRIGGER chat_ended AFTER UPDATE OF state ON chats WHEN NEW.state <> OLD.state BEGIN
  INSERT INTO events (at, what, id) VALUES ({_NOW}, 'end', NEW.id); END;
CREATE TRIGGER chat_gone AFTER DELETE ON chats BEGIN
  INSERT INTO events (at, what, id) VALUES ({_NOW}, 'unchat', OLD.id); END;
CREATE TRIGGER call_answered AFTER INSERT ON calls BEGIN
  INSERT INTO usage VALUES (substr(NEW.chat, 1, instr(NEW.chat, '/') - 1), NEW.role, NEW.model, 1,
    NEW.prompt_tokens, NEW.completion_tokens, NEW.seconds)
  ON CONFLICT (skill, role, model) DO UPDATE SET calls = calls + 1, seconds = seconds + excluded.seconds,
    prompt_tokens = prompt_tokens + excluded.prompt_tokens,
    completion_tokens = completion_tokens + excluded.completion_tokens; END;
"""
"""What is said of the run as it goes: `seeds` as they were read; `words`, where what each
role is told stands (`teams/rag/script.md, ## auditor`); `lived`, of a chat gone through again, which of the calls
stored for a turn the last life of it went by, where there are several; `pulse`, figures of the running engine (JSON);
`events`, each verdict, drop and chat that came (`verdict`, `drop`, `chat`, `end`) or went (`unverdict`, `undrop`,
`unchat`), when, in seconds since 1970, or without a time where it was there before; `usage`, what was spent by skill,
role and model. Triggers keep them: whoever writes the tables above need not know."""
