"""One file for each kind of vision server: its JSON here, our answer there."""
