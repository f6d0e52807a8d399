"""The one guarded way out: nothing else in this project opens a connection to another machine."""
