"""What Tutela touches: every Protocol that a flow needs, one small file per outside thing."""
