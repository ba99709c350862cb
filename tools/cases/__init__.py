"""Tools of an emergency and of the cases that follow: what is concerned, how grave, by when."""
