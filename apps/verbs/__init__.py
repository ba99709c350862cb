"""The verbs of the command line, one file each."""

from apps.verbs.ask import ask
from apps.verbs.bench import bench
from apps.verbs.chat import chat
from apps.verbs.demo import demo
from apps.verbs.doctor import doctor
from apps.verbs.eval import eval
from apps.verbs.evidence import evidence
from apps.verbs.ingest import ingest
from apps.verbs.init import init
from apps.verbs.simulate import simulate
from apps.verbs.tool import tool, tools
from apps.verbs.unseal import unseal

VERBS = (
    demo,
    init,
    ingest,
    ask,
    chat,
    evidence,
    tools,
    tool,
    simulate,
    unseal,
    doctor,
    bench,
    eval,
)
