"""The two registers: petitions with the 12345 line, and safety sweeps with hazards."""
