"""How quick the app is for those who use it: a real server on this machine, a real browser, fifty sessions at once.

`python -m benchmarks.browser` measures, prints, and writes its section of benchmarks/README.md. Everything goes to
127.0.0.1; the server keeps what it keeps in a folder that is deleted afterwards.
"""
