"""The year 2561 played from outside: actors with tokens of their own reach call the services over HTTP, nothing else."""
