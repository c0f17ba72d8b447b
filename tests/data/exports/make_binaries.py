"""Types the binary exports by hand: openpyxl, pyreadstat, pandas; nothing of this project.

Run it in this folder after changing a value: python make_binaries.py
"""

import datetime as dt

import openpyxl
import pandas as pd
import pyreadstat

D = dt.date
NONE = None


def excel() -> None:
    book = openpyxl.Workbook()
    people = book.active
    people.title = "Pazienti"
    people.append(["Registro CAR-T"])
    people.append([])
    people.append(
        [
            "Codice",
            "Nato il",
            "Sesso",
            "Malattia",
            "Istologia",
            "Prodotto",
            "Stadio",
            "Bulky",
            "Linfodeplezione",
            "Infusione",
        ]
    )
    people.append(
        [1, D(1959, 3, 5), "M", "LBCL", "DLBCL", "axi-cel", 3, True, D(2021, 2, 27), D(2021, 3, 4)]
    )
    people.append(
        [
            "2",
            "30/12/1973",
            "F",
            "LBCL",
            "PMBCL",
            "tisa-cel",
            "ND",
            False,
            NONE,
            dt.datetime(2020, 12, 30, 9, 30),
        ]
    )
    people.append([3, D(1966, 1, 1), "M", "LBCL", "DLBCL", NONE, 4, NONE, NONE, NONE])
    heads = [
        [NONE, NONE, "Emocromo", NONE, NONE, "Chimica", NONE],
        ["Codice", "Data", "Neutrofili", "Piastrine", "Hb", "PCR", "Ferritina"],
    ]
    for year in (2020, 2021):
        sheet = book.create_sheet(f"Esami {year}")
        sheet.append([f"Esami dell'anno {year}"])
        for head in heads:
            sheet.append(head)
        sheet.merge_cells("C2:E2")
        sheet.merge_cells("F2:G2")
    first, second = book["Esami 2020"], book["Esami 2021"]
    first.append([2, D(2020, 12, 25), 1200, 175, "9,0", "<3", ">2000"])
    first.append([])
    first.append([1, D(2020, 12, 31), NONE, NONE, "=8+1", NONE, NONE])
    second.append([1, D(2021, 2, 27), 2400, 80, 8.7, 41, 900])
    second.append([1, "07/03/2021", 50, 21, NONE, "ND", NONE])
    second.append([1, D(2021, 3, 14), "<100", 9, 7.95, "2.5", NONE])
    second.append([2, "gennaio", 0, NONE, NONE, NONE, NONE])
    second.append([2, D(2021, 1, 5), 0, 175.001, 9.1, 30, 2000])
    events = book.create_sheet("Eventi")
    events.append(["Codice", "Data", "Evento", "Grado", "Esito"])
    events.append([1, D(2021, 3, 6), "CRS", 2, NONE])
    events.append([1, D(2021, 6, 2), "Risposta", NONE, "RC"])
    events.append([1, D(2021, 9, 20), "Progressione", NONE, NONE])
    events.append([2, D(2021, 2, 1), "Decesso", NONE, "infezione"])
    book.save("it_excel/cart.xlsx")


def spss() -> None:
    people = pd.DataFrame(
        {
            "id": [1.0, 2.0, 3.0],
            "eta": [61.0, 47.0, 55.0],
            "sesso": [1.0, 2.0, 1.0],
            "malattia": [1.0, 1.0, 1.0],
            "isto": [1.0, 2.0, 1.0],
            "prod": [1.0, 2.0, NONE],
            "stadio": [3.0, 9.0, 4.0],
            "bulky": [1.0, 0.0, NONE],
            "ld": pd.Series([D(2021, 2, 27), NONE, NONE], dtype=object),
            "inf": pd.Series([D(2021, 3, 4), D(2020, 12, 30), NONE], dtype=object),
        }
    )
    pyreadstat.write_sav(
        people,
        "it_spss/pazienti.sav",
        variable_value_labels={"sesso": {1.0: "maschio", 2.0: "femmina"}},
        missing_ranges={"stadio": [9]},
    )
    labs = pd.DataFrame(
        {
            "id": [1.0, 1.0, 1.0, 2.0, 2.0],
            "data": pd.Series(
                [D(2021, 2, 27), D(2021, 3, 7), D(2021, 3, 14), D(2020, 12, 25), D(2021, 1, 5)],
                dtype=object,
            ),
            "neutro": [2400.0, 50.0, 90.0, 1200.0, 0.0],
            "plt": [80.0, 21.0, 9.0, 175.0, 175.001],
            "hb": [8.7, NONE, 7.95, 9.0, 9.1],
            "pcr": [41.0, NONE, NONE, 2.9, 30.0],
            "ferrit": [900.0, NONE, NONE, 2001.0, 2000.0],
        }
    )
    pyreadstat.write_sav(labs, "it_spss/esami.sav")
    events = pd.DataFrame(
        {
            "id": [1.0, 1.0, 1.0, 2.0],
            "data": pd.Series(
                [D(2021, 3, 6), D(2021, 6, 2), D(2021, 9, 20), D(2021, 2, 1)], dtype=object
            ),
            "evento": [1.0, 2.0, 3.0, 4.0],
            "grado": [2.0, NONE, NONE, NONE],
            "esito": [NONE, 1.0, NONE, 2.0],
        }
    )
    pyreadstat.write_sav(
        events,
        "it_spss/eventi.sav",
        variable_value_labels={
            "evento": {1.0: "CRS", 2.0: "Risposta", 3.0: "Progressione", 4.0: "Decesso"},
            "esito": {1.0: "Remissione completa", 2.0: "Infezione"},
        },
    )


def stata() -> None:
    stamp = dt.datetime(2020, 1, 1)
    people = pd.DataFrame(
        {
            "id": [1, 2, 3],
            "age": [61, 47, 55],
            "sex": [1, 2, 1],
            "disease": [1, 1, 1],
            "histology": [1, 2, 1],
            "product": [1.0, 2.0, NONE],
            "stage": [3.0, NONE, 4.0],
            "bulky": [1.0, 0.0, NONE],
            "ld": pd.to_datetime(["2021-02-27", NONE, NONE]),
            "infusion": pd.to_datetime(["2021-03-04", "2020-12-30", NONE]),
        }
    )
    people.to_stata(
        "en_stata/base.dta",
        version=118,
        write_index=False,
        time_stamp=stamp,
        convert_dates={"ld": "td", "infusion": "td"},
        value_labels={
            "sex": {1: "Male", 2: "Female"},
            "disease": {1: "Large B-cell lymphoma"},
            "histology": {1: "DLBCL", 2: "PMBCL"},
            "product": {1: "axi-cel", 2: "tisa-cel"},
            "bulky": {0: "not bulky", 1: "bulky"},
        },
    )
    rows = [
        (1, "2021-02-27", "ANC", "2.4", "10*9/L"), (1, "2021-02-27", "PLT", "80000", "/uL"),
        (1, "2021-02-27", "HGB", "87", "g/L"), (1, "2021-02-27", "CRP", "41", "mg/L"),
        (1, "2021-02-27", "FER", "900", "ug/L"), (1, "2021-03-07", "ANC", "50", "/uL"),
        (1, "2021-03-07", "PLT", "21", "10*9/L"), (1, "2021-03-07", "HGB", ".", "g/L"),
        (1, "2021-03-14", "ANC", "<0.1", "10*9/L"), (1, "2021-03-14", "PLT", "9", ""),
        (1, "2021-03-14", "HGB", "79.5", ""), (2, "2020-12-25", "ANC", "1.2", "K/uL"),
        (2, "2020-12-25", "PLT", "175", "K/uL"), (2, "2020-12-25", "HGB", "9", "g/dL"),
        (2, "2020-12-25", "CRP", "<0.3", "mg/dL"), (2, "2020-12-25", "FER", ">2000", "ng/mL"),
        (2, "2021-01-05", "ANC", "0", "K/uL"), (2, "2021-01-05", "PLT", "175.001", "K/uL"),
        (2, "2021-01-05", "HGB", "91", "g/L"), (2, "2021-01-05", "CRP", "30", "mg/L"),
        (2, "2021-01-05", "FER", "2000", "ng/mL"),
    ]  # fmt: skip
    labs = pd.DataFrame(rows, columns=["id", "sampled", "test", "result", "unit"])
    labs["sampled"] = pd.to_datetime(labs["sampled"])
    labs.to_stata(
        "en_stata/lab.dta",
        version=118,
        write_index=False,
        time_stamp=stamp,
        convert_dates={"sampled": "td"},
    )
    events = pd.DataFrame(
        {
            "id": [1, 1, 1, 2],
            "on": pd.to_datetime(["2021-03-06", "2021-06-02", "2021-09-20", "2021-02-01"]),
            "what": [1, 2, 3, 4],
            "grade": [2.0, NONE, NONE, NONE],
            "outcome": [NONE, 1.0, NONE, 5.0],
        }
    )
    events.to_stata(
        "en_stata/events.dta",
        version=118,
        write_index=False,
        time_stamp=stamp,
        convert_dates={"on": "td"},
    )


def parquet() -> None:
    pd.DataFrame(
        {
            "person": ["1", "2", "3"],
            "age": [61, 47, 55],
            "sex": ["M", "F", "M"],
            "disease": ["lbcl"] * 3,
            "histology": ["dlbcl", "pmbcl", "dlbcl"],
            "product": ["axi_cel", "tisa_cel", NONE],
            "stage": pd.array([3, NONE, 4], "Int64"),
            "bulky": pd.array([True, False, NONE], "boolean"),
            "ld": [D(2021, 2, 27), NONE, NONE],
            "infusion": pd.to_datetime(["2021-03-04", "2020-12-30", NONE]),
        }
    ).to_parquet("en_parquet/people.parquet", index=False)
    pd.DataFrame(
        {
            "person": ["1", "1", "1", "2", "2"],
            "day": [-5, 3, 10, -5, 6],
            "anc": [2.4, 0.05, 0.09, 1.2, 0.0],
            "plt": [80.0, 21.0, 9.0, 175.0, 175.001],
            "hb": [8.7, NONE, 7.95, 9.0, 9.1],
            "crp": [4.1, NONE, NONE, 0.29, 3.0],
            "ferritin": [900.0, NONE, NONE, 2001.0, 2000.0],
        }
    ).to_parquet("en_parquet/lab.parquet", index=False)
    pd.DataFrame(
        {
            "person": ["1", "1", "1", "2"],
            "date": [D(2021, 3, 6), D(2021, 6, 2), D(2021, 9, 20), D(2021, 2, 1)],
            "event": ["crs", "response", "progression", "death"],
            "detail": ["2", "cr", NONE, "infection"],
        }
    ).to_parquet("en_parquet/events.parquet", index=False)


if __name__ == "__main__":
    excel()
    spss()
    stata()
    parquet()
