"""`python -m incidentmail`."""

from incidentmail.cli.main import main

if __name__ == "__main__":
    main()
