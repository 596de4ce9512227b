"""A field app in its simplest form: what a tablet of an account officer must do, on the command line. The contract's reference client."""
