"""Spreadsheets in and out: the case as one workbook, and the tables that people really have."""
