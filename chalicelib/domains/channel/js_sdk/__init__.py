"""What a page needs to use WeChat's JS-SDK (scan a code, hide the share menu)."""
