"""What the YAML files of config/ may say: frozen models, no data frames; the one YAML loader."""
