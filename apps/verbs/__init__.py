"""The verbs of the command line, one file each."""

from apps.verbs.ask import ask
from apps.verbs.audit import audit
from apps.verbs.bench import bench
from apps.verbs.cases import case, cases
from apps.verbs.chat import chat
from apps.verbs.demo import demo
from apps.verbs.doctor import doctor
from apps.verbs.eval import eval
from apps.verbs.evidence import evidence
from apps.verbs.ingest import ingest
from apps.verbs.init import init
from apps.verbs.jobs import jobs
from apps.verbs.keys import keys
from apps.verbs.knowledge import knowledge
from apps.verbs.mcp import mcp
from apps.verbs.proposals import approve, proposals, reject
from apps.verbs.recall import recall
from apps.verbs.serve import serve
from apps.verbs.simulate import simulate
from apps.verbs.slack import slack
from apps.verbs.standards import standards
from apps.verbs.tool import tool, tools
from apps.verbs.triage import triage
from apps.verbs.unseal import unseal
from apps.verbs.vision import vision
from apps.verbs.watch import watch
from apps.verbs.worker import worker

VERBS = (
    demo,
    init,
    ingest,
    ask,
    chat,
    serve,
    keys,
    triage,
    watch,
    cases,
    case,
    proposals,
    approve,
    reject,
    recall,
    worker,
    slack,
    mcp,
    jobs,
    knowledge,
    standards,
    audit,
    evidence,
    tools,
    tool,
    simulate,
    vision,
    unseal,
    doctor,
    bench,
    eval,
)
