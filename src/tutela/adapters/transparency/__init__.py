"""The EU Transparency Database over HTTPS."""
