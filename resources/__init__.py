"""Icons, rules, help and models that ship with the program; read through vne_core.files."""
