"""A run told to people: in the terminal, as CSV and workbook, and as a page a board can read."""

from broker.capacity.report.write import Extras, report_run, write_report

__all__ = ["Extras", "report_run", "write_report"]
