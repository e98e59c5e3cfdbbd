"""`python -m modelpress` is the command `modelpress`."""

from modelpress.cli import main

if __name__ == "__main__":
    main()
