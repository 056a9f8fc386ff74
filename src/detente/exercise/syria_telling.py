"""stub"""
from __future__ import annotations
from collections.abc import Mapping
from typing import Any
from detente.exercise.processes import NodeProcess
from detente.exercise.story import Story
from detente.memorandum.model import Memorandum
from detente.quantities import *

class Telling:
    def __init__(self, *, nodes, memorandum, story):
        self.nodes=nodes; self.sizes={}; self.after={}
    async def hear(self):
        n=self.nodes["WEST"]
        t=await n.order("transcript",count=100,after=self.sizes)
        self.sizes=t["sizes"]
        for e in t["entries"]:
            print(e["at_utc"][11:], e["ref"], e["from"], e["to"], e["code"], e["precedence"], e["reply_to"], e["text"])
        for p,node in self.nodes.items():
            x=await node.order("news",after=self.after.get(p,0),timeout_s=0.0)
            self.after[p]=x["last"]
            for i in x["items"]:
                if i["kind"] in ("own","ring"): print("   NEWS",p,i["kind"],i["post"],i["why"],i["text"])
    def sum_up_checks(self,*a): pass
    async def sum_up_radios(self,*a): pass
    def sum_up_notices(self,*a): pass
