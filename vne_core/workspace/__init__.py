"""The folder that holds imported studies and what readers made of them."""
