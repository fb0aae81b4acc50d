#!/bin/sh
# Creates Temporal's two databases, or brings their schemas up to date. Reads SQL_HOST, SQL_USER and SQL_PASSWORD.
set -eu

schema=/etc/temporal/schema/postgresql/v12
for database in temporal:temporal temporal_visibility:visibility; do
  name=${database%%:*}
  tool="temporal-sql-tool --plugin postgres12 --ep $SQL_HOST -u $SQL_USER -p 5432 --db $name"
  $tool create
  $tool setup-schema -v 0.0
  $tool update-schema -d "$schema/${database##*:}/versioned"
done
