"""Several processes of the app for one large class: on this machine, or in containers.

One Python process answers about 90 drawings a second, however many cores there are. ``make class``
(``python -m deploy``) starts several behind Caddy, which keeps each browser with its process; what
the class shares lies in one file (:mod:`classroom.store`), so it is one class all the same.

1. :mod:`~deploy.plan`: who listens where, and what each process is told.
2. :mod:`~deploy.child`: one process, started, started again when it has died, ended.
3. :mod:`~deploy.serve`: all of them, from the first to Ctrl-C.
4. :mod:`~deploy.caddy`: where Caddy is.

``Caddyfile`` stands before both; ``Dockerfile`` and ``compose.yaml`` are the same in containers.
"""
