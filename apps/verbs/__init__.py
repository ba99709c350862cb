"""The verbs of the command line, one file each."""

from apps.verbs.bench import bench
from apps.verbs.demo import demo
from apps.verbs.doctor import doctor
from apps.verbs.evidence import evidence
from apps.verbs.ingest import ingest
from apps.verbs.init import init
from apps.verbs.simulate import simulate
from apps.verbs.tool import tool, tools
from apps.verbs.unseal import unseal

VERBS = (demo, init, ingest, simulate, tools, tool, evidence, unseal, doctor, bench)
