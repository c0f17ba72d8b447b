"""Headings that say what a column is: English, German, Italian and French words.

Only words that can mean nothing else; a column of any other name is named by the user. Capitals,
accents and signs do not count: "Date de décès" is `date_de_deces`.
"""

from __future__ import annotations

ROLES: dict[str, tuple[str, ...]] = {
    "patient": (
        "patient", "patient_id", "patient_number", "patient_no", "id", "subject", "subject_id",
        "patientennummer", "patienten_nr", "paziente", "id_paziente", "codice_paziente",
        "no_patient", "n_patient", "numero_patient", "code_patient",
    ),
    "day": (
        "day", "day_after_infusion", "days_after_infusion", "tag", "tag_nach_infusion", "giorno",
        "giorno_dopo_infusione", "jour", "jour_apres_perfusion",
    ),
    "date": (
        "date", "lab_date", "date_of_measurement", "measurement_date", "sample_date", "datum",
        "messdatum", "abnahmedatum", "entnahmedatum", "data", "data_prelievo", "data_del_prelievo",
        "date_prelevement", "date_de_prelevement",
    ),
    "infusion-date": (
        "infusion_date", "date_of_infusion", "infusion", "infusionsdatum", "datum_der_infusion",
        "data_infusione", "data_di_infusione", "infusione", "date_infusion", "date_d_infusion",
        "date_perfusion", "date_de_perfusion", "date_injection", "date_d_injection",
    ),
    "variable": (
        "variable", "item", "test", "parameter", "analyte", "analyse", "parametro", "esame",
        "analisi", "parametre", "examen",
    ),
    "value": (
        "value", "result", "wert", "messwert", "ergebnis", "valore", "risultato", "valeur",
        "resultat",
    ),
    "unit": ("unit", "units", "einheit", "unita", "unita_di_misura", "unite", "unites"),
}  # fmt: skip
"""Column and the headings that mean it."""

LABORATORY: dict[str, tuple[str, ...]] = {
    "anc": (
        "anc", "neutrophils", "absolute_neutrophil_count", "neutrophil_count", "neutrophile",
        "neutrophile_absolut", "neutrophile_granulozyten", "neutrofili", "neutrofili_assoluti",
        "granulociti_neutrofili", "neutrophiles", "polynucleaires_neutrophiles", "pnn",
    ),
    "platelets": (
        "platelets", "plt", "platelet_count", "thrombocytes", "thrombozyten", "piastrine",
        "plaquettes",
    ),
    "hemoglobin": (
        "hemoglobin", "haemoglobin", "hb", "hgb", "hamoglobin", "emoglobina", "hemoglobine",
    ),
    "crp": (
        "crp", "c_reactive_protein", "c_reaktives_protein", "proteina_c_reattiva",
        "proteine_c_reactive",
    ),
    "ferritin": ("ferritin", "serumferritin", "ferritina", "ferritine"),
    "ldh": (
        "ldh", "lactate_dehydrogenase", "laktatdehydrogenase", "lattato_deidrogenasi",
        "lactate_deshydrogenase",
    ),
    "creatinine": ("creatinine", "crea", "kreatinin", "creatinina", "creatinine_serique"),
    "marrow_blasts": (
        "marrow_blasts", "bone_marrow_blasts", "knochenmarkblasten", "blasti_midollari",
        "blastes_medullaires",
    ),
}  # fmt: skip
"""Laboratory variable and its names: headings, names in a column of items, words at the bedside."""

EVENTS: dict[str, tuple[str, ...]] = {
    "death": (
        "death", "todesdatum", "sterbedatum", "todestag", "tod", "decesso", "data_decesso",
        "data_di_decesso", "data_di_morte", "deces", "date_deces", "date_de_deces", "date_du_deces",
    ),
    "last_contact": (
        "last_contact", "last_follow_up", "last_followup", "letzter_kontakt",
        "datum_letzter_kontakt", "ultimo_contatto", "data_ultimo_contatto", "ultimo_controllo",
        "data_ultimo_controllo", "dernier_contact", "date_dernier_contact",
        "date_de_dernier_contact", "date_dernieres_nouvelles", "date_des_dernieres_nouvelles",
    ),
    "progression": (
        "progression", "progress", "progressionsdatum", "progressione", "data_progressione",
        "data_di_progressione", "date_de_progression",
    ),
    "new_therapy": (
        "new_therapy", "new_treatment", "subsequent_therapy", "neue_therapie", "folgetherapie",
        "nuova_terapia", "data_nuova_terapia", "nouveau_traitement", "date_nouveau_traitement",
    ),
    "lymphodepletion": (
        "lymphodepletion", "lymphodepletion_start", "start_of_lymphodepletion",
        "lymphodepletionsbeginn", "beginn_lymphodepletion", "linfodeplezione",
        "data_linfodeplezione", "inizio_linfodeplezione", "date_lymphodepletion",
        "date_de_lymphodepletion", "debut_lymphodepletion",
    ),
}  # fmt: skip
"""Event and the headings of the column with its day or date, one a patient; `<event>_day`,
`day_of_<event>`, `<event>_date` and `date_of_<event>` mean it too."""

DATE_WORDS = ("date", "datum", "data")
"""A heading with one of these in it is a column of dates."""
DAY_WORDS = ("day", "tag", "todestag", "giorno", "jour")
"""A heading with one of these words is a column of days after infusion."""


def laboratory_names(variable: str) -> tuple[str, ...]:
    """Return the names of a laboratory variable, its own first."""
    return tuple(dict.fromkeys((variable, *LABORATORY.get(variable, ()))))
