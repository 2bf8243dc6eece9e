"""The web chat: one page over `qa.answer`, and the guard in front of it.

Follow a question through `page` (the layout and its events), `session` (one reader's
conversation), `render` and `escape` (an answer as HTML); a click on its citation through `server`
(HTTP routes, start and stop) and `document` (a release as HTML). `guard` and `quota` decide what
reaches any of them, `settings` says what the server was asked to do.
"""
