"""Reports that code makes of evidence: claims with typed facts, never sentences with figures."""
