"""What workspace.yaml loads: the definitions of the home that OKR_HOME names."""

from okr_analytics.home import Home
from pipelines.graph import definitions_for

defs = definitions_for(Home.locate())
