"""The two objects that the screens talk to, and the values that they exchange.

Everything below this line of names is reached through them: screens import from here and from `model`.
"""

from heliograph.bridge.app_controller import AppController
from heliograph.bridge.session_controller import SessionController
from heliograph.model.problem import Problem
from heliograph.model.settings import Recent, Settings, Switches

__all__ = ["AppController", "Problem", "Recent", "SessionController", "Settings", "Switches"]
