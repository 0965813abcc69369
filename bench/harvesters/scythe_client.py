import sys

from oaipmh_scythe import Scythe

address, prefix = sys.argv[1:]
print(sum(1 for _record in Scythe(address).list_records(metadata_prefix=prefix)))
