"""Text out of documents: HTML, PDF, DOCX, EPUB, JSON lines, Parquet and data sets of a hub.

Files come from anywhere, and their parsers can be made to loop, to eat memory or to crash. So all of them but JSON
lines are read in a child process (`worker`, started and ended by `extractor`), which is given an open file and limits,
and answers with blocks of text. The parent parses nothing but those answers: a hostile file costs one `Skip`.
"""
