"""Does a server publish linked data to the letter? Rules by subject, each asked over HTTP of any server there is."""
