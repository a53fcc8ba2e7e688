"""Patients as columns: sampled from a trial's baseline, read from a file, or typed in."""

from livingdrug.patients.check import Column as Column
from livingdrug.patients.check import check_patients as check_patients
from livingdrug.patients.check import columns as columns
from livingdrug.patients.read import PatientFile as PatientFile
from livingdrug.patients.read import patient_from_table as patient_from_table
from livingdrug.patients.read import read_patient_file as read_patient_file
from livingdrug.patients.read import read_patient_toml as read_patient_toml
from livingdrug.patients.read import read_patients_csv as read_patients_csv
from livingdrug.patients.record import Histology as Histology
from livingdrug.patients.record import Indication as Indication
from livingdrug.patients.record import Patients as Patients
from livingdrug.patients.record import Sex as Sex
from livingdrug.patients.record import unknown_patients as unknown_patients
from livingdrug.patients.sample import sample_patients as sample_patients

__all__ = [
    "Column",
    "Histology",
    "Indication",
    "PatientFile",
    "Patients",
    "Sex",
    "check_patients",
    "columns",
    "patient_from_table",
    "read_patient_file",
    "read_patient_toml",
    "read_patients_csv",
    "sample_patients",
    "unknown_patients",
]
