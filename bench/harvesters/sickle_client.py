import sys

from sickle import Sickle

address, prefix = sys.argv[1:]
print(sum(1 for _record in Sickle(address).ListRecords(metadataPrefix=prefix)))
