"""Everything that reads or writes DICOM: the import boundary, headers, kinds, pixels."""
