"""The languages a report speaks: words from catalogues, dates and numbers from CLDR."""
