"""`python -m scenograph`: the command line, where the command itself is not on the path."""

from scenograph.cli import main

if __name__ == "__main__":
    main()
