"""The course as a website: `make site` builds it, `make read` shows it.

build       from the stored notebooks to build/site, in one command
engine      Python for the browser (Pyodide): fetched once, every file checked
pages       a notebook becomes a page: explorers, quizzes and "Your turn" as plain HTML that works by itself
explorers   which explorers a notebook has, and what each needs from the cells above it
runnable    which code cells of a lesson can be edited and run in the page
stored      arguments of explorers as JSON and arrays, written here and read in the browser
glossary    the terms that lessons set in bold
finish      what is done to every page that Sphinx has made
conf        the settings of Sphinx
serve       a server for this machine
running     runs these cells, in the browser's worker
writing     trains a network on the reader's own text, there too
in_page     what runs in the browser's worker: it opens explorers and checks answers
static/     the page's own JavaScript and CSS
"""
