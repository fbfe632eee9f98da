"""Every job of the front desk that has no screen of its own, by the name the desk knows it under."""

from pos.frontdesk.job import Job
from pos.frontdesk.jobs.batch import Batch
from pos.frontdesk.jobs.beside import BesideJob
from pos.frontdesk.jobs.late import Debt, Slip
from pos.frontdesk.jobs.left import Left
from pos.frontdesk.jobs.management import ManagementCard
from pos.frontdesk.jobs.money import AccountRecharge, Collect, Correct, Gift
from pos.frontdesk.jobs.paper import Report, Statement
from pos.frontdesk.jobs.person import Credit, Person, Pin, Redeem
from pos.frontdesk.jobs.plastic import Replace, ReturnCard, ReturnRest, Transfer, Unlock
from pos.frontdesk.jobs.renew import Renew
from pos.frontdesk.jobs.room import Claim, HoldList, OpenHold
from pos.frontdesk.jobs.stop import Freeze, Unfreeze, Unloss

JOBS: dict[str, type[Job]] = {
    job.name: job
    for job in (
        *(Batch, Replace, ReturnCard, Transfer, Unlock, Pin, Renew),
        *(AccountRecharge, Collect, Correct, Gift, ReturnRest, Credit, Report),
        *(Person, Statement, Unloss, Freeze, Unfreeze, Redeem),
        *(OpenHold, HoldList, Claim, Left, BesideJob, Slip, Debt, ManagementCard),
    )
}
