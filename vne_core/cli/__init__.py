"""The vne command."""
